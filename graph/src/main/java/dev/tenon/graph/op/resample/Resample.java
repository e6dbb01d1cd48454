package dev.tenon.graph.op.resample;

import dev.tenon.graph.Op;

/// Operators that read images and grids at other positions, and find or decode what is in them.
public non-sealed interface Resample extends Op {}

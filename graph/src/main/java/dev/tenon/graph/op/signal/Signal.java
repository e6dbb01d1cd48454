package dev.tenon.graph.op.signal;

import dev.tenon.graph.Op;

/// Transforms of signals and their windows.
public non-sealed interface Signal extends Op {}

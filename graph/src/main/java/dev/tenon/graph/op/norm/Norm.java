package dev.tenon.graph.op.norm;

import dev.tenon.graph.Op;

/// Operators that rescale along axes by the statistics of these axes, losses that are built on them among them.
public non-sealed interface Norm extends Op {}

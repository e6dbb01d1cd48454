package dev.tenon.graph.op.quant;

import dev.tenon.graph.Op;

/// Operators that convert to and from quantised integers, or compute with these.
public non-sealed interface Quant extends Op {}

package dev.tenon.graph.op.recurrent;

import dev.tenon.graph.Op;

/// Operators that carry a state along a sequence.
public non-sealed interface Recurrent extends Op {}

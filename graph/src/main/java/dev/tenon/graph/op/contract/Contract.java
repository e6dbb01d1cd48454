package dev.tenon.graph.op.contract;

import dev.tenon.graph.Op;

/// Operators that sum products over shared axes: matrix products, Einsum, attention.
public non-sealed interface Contract extends Op {}

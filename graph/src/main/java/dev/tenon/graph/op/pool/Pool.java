package dev.tenon.graph.op.pool;

import dev.tenon.graph.Op;

/// Operators that fold the elements of a sliding window into one.
public non-sealed interface Pool extends Op {}

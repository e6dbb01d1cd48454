package dev.tenon.graph.op.pool;

import dev.tenon.graph.Op;

/// Operators that make one element out of the elements of a window, and their reverse.
public sealed interface Pool extends Op permits GlobalPool, MaxUnpool, WindowPool {}

package dev.tenon.graph.op.random;

import dev.tenon.graph.Op;

/// Operators that draw random numbers.
public non-sealed interface Random extends Op {}

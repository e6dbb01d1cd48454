package dev.tenon.graph.op.random;

import dev.tenon.graph.Op;

/// Operators that draw random numbers: one with a seed gives the same numbers at every run, one
/// without gives others.
public sealed interface Random extends Op
        permits Bernoulli,
                Dropout,
                Multinomial,
                RandomNormal,
                RandomNormalLike,
                RandomUniform,
                RandomUniformLike {
    /// Whether every run draws the same numbers.
    boolean isSeeded();
}

package dev.tenon.kernels.vector;

/// Bits that are part of the code.
public sealed interface Literal extends Source, VectorBlock.Value permits Constant, ByLane {}

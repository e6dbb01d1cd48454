package dev.tenon.kernels.vector;

/// What an instruction on vectors reads.
public sealed interface Source permits Vector, Constant {}

package dev.tenon.kernels.vector;

/// What an instruction on vectors reads; a place in memory holds a whole vector, at any address.
public sealed interface Source permits Vector, Literal, Place {}

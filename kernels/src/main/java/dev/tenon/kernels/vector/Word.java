package dev.tenon.kernels.vector;

/// A general-purpose register of 64 bits. The first six hold the arguments of a routine when it
/// begins.
public record Word(int number) {}

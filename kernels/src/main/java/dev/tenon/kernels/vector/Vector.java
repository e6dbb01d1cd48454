package dev.tenon.kernels.vector;

/// A vector register.
public record Vector(int number) implements Source {}

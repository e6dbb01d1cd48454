package dev.tenon.asm.x86;

/// What a processor may have beyond the x86-64 baseline (which includes SSE2).
public enum Feature {
    AVX,
    F16C,
    FMA,
    AVX2
}

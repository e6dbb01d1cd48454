package dev.tenon.asm.aarch64;

/// What a processor may have beyond floating-point numbers and vectors of 128 bits, which every one
/// has that Linux runs programs on.
public enum Feature {
    /// Products of four 8-bit integers, summed up (`FEAT_DotProd`).
    DOTPROD,
    /// Arithmetic on 16-bit floating-point numbers (`FEAT_FP16`).
    FP16,
    /// Products of matrices of 8-bit integers (`FEAT_I8MM`).
    I8MM,
    /// Products of `bfloat16` numbers (`FEAT_BF16`).
    BF16
}

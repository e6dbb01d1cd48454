package dev.tenon.asm.x86;

/// What a processor may have beyond the x86-64 baseline (which includes SSE2).
public enum Feature {
    AVX,
    F16C,
    FMA,
    AVX2,
    BMI2,
    /// Products of 8-bit and 16-bit integers on `xmm` and `ymm` registers, in VEX form.
    AVX_VNNI,
    AVX512F,
    AVX512BW,
    AVX512DQ,
    /// The instructions of the others on `xmm` and `ymm` registers.
    AVX512VL,
    AVX512_VNNI,
    AVX512_BF16
}

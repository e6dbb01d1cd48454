package dev.tenon.asm.aarch64;

/// Shifts of integers, in the order of the encoding.
public enum Shift {
    LSL,
    /// Shifts in zeros.
    LSR,
    /// Shifts in the sign.
    ASR,
    ROR
}

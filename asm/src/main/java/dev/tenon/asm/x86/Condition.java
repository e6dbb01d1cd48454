package dev.tenon.asm.x86;

import java.util.Locale;

/// When a conditional jump or move is taken, in the terms of the comparison before it.
public enum Condition {
    /// Unsigned less.
    B(0x2),
    /// Unsigned greater or equal.
    AE(0x3),
    /// Equal, or zero.
    E(0x4),
    NE(0x5),
    /// Unsigned less or equal.
    BE(0x6),
    /// Unsigned greater.
    A(0x7),
    /// Negative.
    S(0x8),
    NS(0x9),
    /// Unordered, after a floating-point comparison.
    P(0xA),
    NP(0xB),
    /// Signed less.
    L(0xC),
    GE(0xD),
    LE(0xE),
    G(0xF);

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

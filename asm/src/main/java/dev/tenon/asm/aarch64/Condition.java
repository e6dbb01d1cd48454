package dev.tenon.asm.aarch64;

import java.util.Locale;

/// When a conditional instruction takes effect, in the terms of the comparison before it; in the
/// order of the encoding.
public enum Condition {
    /// Equal, or zero.
    EQ,
    NE,
    /// Unsigned greater or equal.
    HS,
    /// Unsigned less.
    LO,
    /// Negative.
    MI,
    PL,
    /// Overflow, or unordered after a floating-point comparison.
    VS,
    VC,
    /// Unsigned greater.
    HI,
    /// Unsigned less or equal.
    LS,
    /// Signed greater or equal.
    GE,
    LT,
    GT,
    LE;

    int code() {
        return ordinal();
    }

    /// When this one does not hold.
    public Condition not() {
        return values()[ordinal() ^ 1];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

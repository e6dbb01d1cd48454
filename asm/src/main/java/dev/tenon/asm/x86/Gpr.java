package dev.tenon.asm.x86;

import java.util.Locale;

/// A general-purpose register of 64 bits, in the order of the encoding.
public enum Gpr implements Operand {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15;

    public int number() {
        return ordinal();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

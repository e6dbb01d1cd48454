package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;

/// A vector register.
///
/// @param number 0 … 15
public record Vec(Width width, int number) implements Operand {
    /// How many there are.
    public static final int COUNT = 16;

    /// How much of the register an instruction works on.
    public enum Width {
        /// 128 bits.
        XMM,
        /// 256 bits.
        YMM;

        public int bytes() {
            return 16 << ordinal();
        }
    }

    public Vec {
        CodeBuffer.require(number >= 0 && number < COUNT, "no such vector register", number);
    }

    public static Vec xmm(int number) {
        return new Vec(Width.XMM, number);
    }

    public static Vec ymm(int number) {
        return new Vec(Width.YMM, number);
    }

    /// The lower 128 bits of the same register.
    public Vec low() {
        return xmm(number);
    }

    @Override
    public String toString() {
        return (width == Width.XMM ? "xmm" : "ymm") + number;
    }
}

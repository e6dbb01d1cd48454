package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;
import java.util.Locale;

/// A vector register.
///
/// @param number 0 … 31; from 16 on, and in `zmm` form, only for instructions of [Avx512]
public record Vec(Width width, int number) implements Operand {
    /// How many there are without AVX-512.
    public static final int COUNT = 16;

    /// How many there are with AVX-512.
    public static final int EXTENDED_COUNT = 32;

    /// How much of the register an instruction works on.
    public enum Width {
        /// 128 bits.
        XMM,
        /// 256 bits.
        YMM,
        /// 512 bits.
        ZMM;

        public int bytes() {
            return 16 << ordinal();
        }
    }

    public Vec {
        CodeBuffer.require(
                number >= 0 && number < EXTENDED_COUNT, "no such vector register", number);
    }

    public static Vec xmm(int number) {
        return new Vec(Width.XMM, number);
    }

    public static Vec ymm(int number) {
        return new Vec(Width.YMM, number);
    }

    public static Vec zmm(int number) {
        return new Vec(Width.ZMM, number);
    }

    /// The lower 128 bits of the same register.
    public Vec low() {
        return xmm(number);
    }

    /// The lower 256 bits of the same register.
    public Vec half() {
        return ymm(number);
    }

    /// Whether a VEX prefix can name it.
    boolean isPlain() {
        return width != Width.ZMM && number < COUNT;
    }

    @Override
    public String toString() {
        return width.name().toLowerCase(Locale.ROOT) + number;
    }
}

package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import java.util.Locale;

/// A number within the instruction: an integer, or a floating-point number that eight bits hold.
///
/// @param value an integer, or the eight bits of a floating-point number
public record Imm(long value, boolean isFloat) implements Operand {
    private static final int FRACTION_BITS = 4;
    private static final int FLOAT_FRACTION_BITS = 23;

    /// The least exponent and the greatest: ±1/8 · 1 … ±16 · 31/16.
    private static final int LEAST_EXPONENT = -3;

    private static final int GREATEST_EXPONENT = 4;

    /// The highest bit of the exponent is stored inverted.
    private static final int EXPONENT_FLIP = 4;

    public static Imm imm(long value) {
        return new Imm(value, false);
    }

    /// Whether a number can stand in an instruction: ±n/16 · 2ᵉ with n in 16 … 31 and e in -3 … 4.
    public static boolean isEncodable(float value) {
        int fraction = Float.floatToRawIntBits(value) & (1 << FLOAT_FRACTION_BITS) - 1;
        int exponent = Math.getExponent(value);
        return exponent >= LEAST_EXPONENT
                && exponent <= GREATEST_EXPONENT
                && Integer.numberOfTrailingZeros(fraction) >= FLOAT_FRACTION_BITS - FRACTION_BITS;
    }

    /// @throws dev.tenon.asm.EncodingException when the number cannot stand in an instruction
    public static Imm imm(float value) {
        CodeBuffer.require(isEncodable(value), "no such floating-point immediate", value);
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 31 << 7;
        int exponent = Math.getExponent(value) - LEAST_EXPONENT ^ EXPONENT_FLIP;
        int fraction = bits >> FLOAT_FRACTION_BITS - FRACTION_BITS & 0xF;
        return new Imm(sign | exponent << FRACTION_BITS | fraction, true);
    }

    private float asFloat() {
        int exponent = ((int) value >> FRACTION_BITS & 7 ^ EXPONENT_FLIP) + LEAST_EXPONENT;
        float magnitude = Math.scalb(16 + (value & 0xF), exponent - FRACTION_BITS);
        return value >> 7 == 0 ? magnitude : -magnitude;
    }

    @Override
    public String toString() {
        return isFloat
                ? String.format(Locale.ROOT, "#%s", asFloat())
                : String.format(Locale.ROOT, "#%d", value);
    }
}

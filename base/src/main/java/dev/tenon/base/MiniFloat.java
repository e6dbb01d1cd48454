package dev.tenon.base;

/// A binary floating-point format of 16 bits or fewer, and its conversion from and to `double`.
///
/// Sources: IEEE 754-2019 (binary16), ONNX "Float stored in 8 bits" and "Float stored in 4 bits",
/// OCP Microscaling Formats 1.0 (E8M0, E2M1).
///
/// @param exponentBits width of the exponent
/// @param mantissaBits width of the stored mantissa
/// @param bias exponent bias
/// @param specials how infinities and NaN are encoded
/// @param signed whether there is a sign bit
public record MiniFloat(
        int exponentBits, int mantissaBits, int bias, Specials specials, boolean signed) {
    /// How a format spends its topmost codes.
    public enum Specials {
        /// Top exponent: mantissa 0 is infinity, others NaN (IEEE 754).
        IEEE,
        /// No infinity; all ones is NaN.
        NAN_ALL_ONES,
        /// No infinity, no negative zero; the code of negative zero is NaN.
        NAN_NEGATIVE_ZERO,
        /// Every code is a finite number.
        NONE
    }

    public static final MiniFloat F16 = new MiniFloat(5, 10, 15, Specials.IEEE, true);
    public static final MiniFloat BF16 = new MiniFloat(8, 7, 127, Specials.IEEE, true);
    public static final MiniFloat F8E4M3FN = new MiniFloat(4, 3, 7, Specials.NAN_ALL_ONES, true);
    public static final MiniFloat F8E4M3FNUZ =
            new MiniFloat(4, 3, 8, Specials.NAN_NEGATIVE_ZERO, true);
    public static final MiniFloat F8E5M2 = new MiniFloat(5, 2, 15, Specials.IEEE, true);
    public static final MiniFloat F8E5M2FNUZ =
            new MiniFloat(5, 2, 16, Specials.NAN_NEGATIVE_ZERO, true);
    public static final MiniFloat F8E8M0 = new MiniFloat(8, 0, 127, Specials.NAN_ALL_ONES, false);
    public static final MiniFloat F4E2M1 = new MiniFloat(2, 1, 1, Specials.NONE, true);

    /// What becomes of a number beyond the largest finite one.
    public enum Overflow {
        /// The largest finite number of its sign.
        SATURATE,
        /// Infinity where the format has it, else NaN.
        SPECIAL
    }

    private int signBit() {
        return 1 << (exponentBits + mantissaBits);
    }

    private int topExponent() {
        return (1 << exponentBits) - 1;
    }

    private int magnitudeMask() {
        return signBit() - 1;
    }

    private int nanCode() {
        return switch (specials) {
            case IEEE -> topExponent() << mantissaBits | 1 << (mantissaBits - 1);
            case NAN_ALL_ONES -> magnitudeMask();
            case NAN_NEGATIVE_ZERO -> signBit();
            case NONE -> 0;
        };
    }

    /// The code of the largest finite number.
    private int maxFiniteCode() {
        return switch (specials) {
            case IEEE -> (topExponent() << mantissaBits) - 1;
            case NAN_ALL_ONES -> magnitudeMask() - 1;
            case NAN_NEGATIVE_ZERO, NONE -> magnitudeMask();
        };
    }

    /// The number that a code stands for; bits above the format's width are ignored.
    public double decode(int code) {
        int magnitude = code & magnitudeMask();
        boolean negative = signed && (code & signBit()) != 0;
        int exponent = magnitude >> mantissaBits;
        int mantissa = magnitude & ((1 << mantissaBits) - 1);
        switch (specials) {
            case IEEE -> {
                if (exponent == topExponent()) {
                    if (mantissa != 0) {
                        return Double.NaN;
                    }
                    return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
                }
            }
            case NAN_ALL_ONES -> {
                if (magnitude == magnitudeMask()) {
                    return Double.NaN;
                }
            }
            case NAN_NEGATIVE_ZERO -> {
                if (negative && magnitude == 0) {
                    return Double.NaN;
                }
            }
            case NONE -> {}
        }
        double value;
        if (mantissaBits == 0) {
            value = Math.scalb(1.0, exponent - bias);
        } else if (exponent == 0) {
            value = Math.scalb((double) mantissa, 1 - bias - mantissaBits);
        } else {
            value =
                    Math.scalb(
                            (double) (mantissa | 1 << mantissaBits),
                            exponent - bias - mantissaBits);
        }
        return negative ? -value : value;
    }

    /// The code nearest to a number, ties to even.
    ///
    /// In formats without NaN, NaN becomes 0. Unsigned formats encode the magnitude.
    public int encode(double value, Overflow overflow) {
        if (Double.isNaN(value)) {
            return nanCode();
        }
        boolean negative = signed && Double.doubleToRawLongBits(value) < 0;
        int magnitude = encodeMagnitude(Math.abs(value), overflow);
        if (magnitude < 0) {
            return nanCode();
        }
        if (specials == Specials.NAN_NEGATIVE_ZERO && magnitude == 0) {
            return 0;
        }
        return negative ? magnitude | signBit() : magnitude;
    }

    /// The code of a magnitude, or -1 for NaN.
    private int encodeMagnitude(double value, Overflow overflow) {
        if (Double.isInfinite(value)) {
            return overflowed(overflow);
        }
        int smallest = 1 - bias;
        int exponent = value == 0 ? smallest : Math.max(Math.getExponent(value), smallest);
        long code;
        if (mantissaBits == 0) {
            double ratio = value == 0 ? 0 : value / Math.scalb(1.0, Math.getExponent(value));
            code = value == 0 ? 0 : Math.getExponent(value) + bias + (ratio >= 1.5 ? 1 : 0);
            code = Math.max(code, 0);
        } else {
            long units = (long) Math.rint(Math.scalb(value, mantissaBits - exponent));
            code = ((long) (exponent - smallest) << mantissaBits) + units;
        }
        return code > maxFiniteCode() ? overflowed(overflow) : (int) code;
    }

    private int overflowed(Overflow overflow) {
        if (overflow == Overflow.SATURATE) {
            return maxFiniteCode();
        }
        return specials == Specials.IEEE
                ? topExponent() << mantissaBits
                : specials == Specials.NONE ? maxFiniteCode() : -1;
    }

    /// The largest finite number.
    public double max() {
        return decode(maxFiniteCode());
    }
}

package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.bits;
import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Shift;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;
import java.util.Set;

/// Functions of `f32` vectors.
///
/// [#exp], [#expm1], [#log], [#log1p], [#tanh], [#erf] and [#logistic] are at most 2 ulp from the
/// exactly rounded result, for every argument. NaN gives NaN; the limits at the infinities, the
/// signs of zeros and subnormal results are as they should be.
///
/// The exponential family follows from one reduction, `eˣ = 2ᵏ · (1 + expm1(r))` with `|r| ≤ ln 2 /
/// 2`, logarithms from `log x = k · ln 2 + log(1 + f)` with `√½ ≤ 1 + f < √2` (Cody and Waite,
/// "Software Manual for the Elementary Functions", 1980); the polynomials are minimax.
public final class VectorMath {
    private static final int SIGN = Integer.MIN_VALUE;
    private static final int POSITIVE_ZERO = 0;
    private static final int MANTISSA_BITS = 23;
    private static final int SQRT_HALF = Float.floatToRawIntBits((float) Math.sqrt(0.5));

    /// The exponents that [#power] takes.
    static final Set<Float> POWERS = Set.of(-1f, 0.5f, 1f, 2f, 3f);

    private static final float LOG2_E = 1.44269504f;
    private static final double LN2 = Math.log(2);
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    /// Adding and subtracting it rounds to an integer: 1.5 · 2²³.
    private static final float ROUNDER = 12582912f;

    private static final double EXP_OVERFLOW = 88.73;
    private static final double EXP_UNDERFLOW = -104;

    /// Below it, the exponent of an exponential is that of a zero.
    private static final double EXP_ZERO = -88.03;

    private static final double EXPM1_IS_MINUS_1 = -20;
    private static final double TANH_SMALL = 0.55;
    private static final double ERF_IS_1 = 4;
    private static final float SUBNORMAL_SCALE = 0x1p25f;

    /// `(expm1(r) - r) / r²`.
    private static final float[] EXP = {
        0.00139503321f, 0.00836882088f, 0.0416662097f, 0.166665196f, 0.5f
    };

    /// `(log(1 + f) - f + f²/2) / f³`.
    private static final float[] LOG = {
        0.0691799521f,
        -0.117796853f,
        0.118660398f,
        -0.12385796f,
        0.142199174f,
        -0.166691974f,
        0.20002152f,
        -0.249999866f,
        0.333333105f
    };

    /// `erf(√z) / √z - 1` for `z < 1`.
    private static final float[] ERF = {
        7.8891193e-05f,
        -0.000802084105f,
        0.00518953521f,
        -0.0268544443f,
        0.112836003f,
        -0.37612626f,
        0.128379166f
    };

    /// `ln erfc x` between 1 and 4.
    private static final float[] LOG_ERFC = {
        0.000187972546f,
        -0.00296401419f,
        0.0219065081f,
        -0.10325627f,
        -0.637964904f,
        -1.12720227f,
        -0.000312459742f
    };

    private final VectorBlock block;

    public VectorMath(VectorBlock block) {
        this.block = block;
    }

    Value negate(Value x) {
        return block.apply(Binary.XOR, x, bits(SIGN));
    }

    Value abs(Value x) {
        return block.and(x, bits(~SIGN));
    }

    /// -1 or 1; zeros and NaN stay what they are.
    Value sign(Value x) {
        var one = block.or(block.and(x, bits(SIGN)), constant(1));
        return block.blend(block.apply(Binary.LESS, constant(0), abs(x)), one, x);
    }

    /// The larger number; NaN when either is NaN; 0 is larger than -0.
    public Value max(Value x, Value y) {
        if (y instanceof Constant c && !isNaN(c)) {
            var larger = block.apply(Binary.MAX, c, x);
            return c.bits() == POSITIVE_ZERO ? block.add(larger, c) : larger;
        }
        if (x instanceof Constant c && !isNaN(c)) {
            return max(y, x);
        }
        var zeros = block.and(block.apply(Binary.MAX, x, y), block.apply(Binary.MAX, y, x));
        return block.or(zeros, block.apply(Binary.UNORDERED, x, y));
    }

    /// The smaller number; NaN when either is NaN; -0 is smaller than 0.
    public Value min(Value x, Value y) {
        if (y instanceof Constant c && !isNaN(c) && c.bits() != SIGN) {
            return block.apply(Binary.MIN, c, x);
        }
        if (x instanceof Constant c && !isNaN(c) && c.bits() != SIGN) {
            return min(y, x);
        }
        var zeros = block.or(block.apply(Binary.MIN, x, y), block.apply(Binary.MIN, y, x));
        return block.or(zeros, block.apply(Binary.UNORDERED, x, y));
    }

    private static boolean isNaN(Constant c) {
        return Float.isNaN(Float.intBitsToFloat(c.bits()));
    }

    /// @param exponent one of [#POWERS]
    Value power(Value x, float exponent) {
        if (exponent == -1) {
            return block.divide(constant(1), x);
        }
        if (exponent == 0.5f) {
            // Unlike the root, the power of -0 is 0, and that of negative infinity is infinity.
            var root = block.apply(Unary.SQRT, block.add(x, constant(0)));
            var infinity = constant(Double.POSITIVE_INFINITY);
            var least = block.apply(Binary.EQUAL, x, constant(Double.NEGATIVE_INFINITY));
            return block.blend(least, infinity, root);
        }
        if (exponent == 1) {
            return x;
        }
        var square = block.multiply(x, x);
        return exponent == 2 ? square : block.multiply(square, x);
    }

    /// What [#exp] and its kin are made of.
    ///
    /// @param p `expm1(r)`
    /// @param exponent `k`, where the exponent of a number is
    private record Reduced(Value p, Value exponent) {}

    private Reduced reduce(Value x) {
        var shifted = block.fma(x, constant(LOG2_E), constant(ROUNDER));
        var whole = block.subtract(shifted, constant(ROUNDER));
        var r = block.negatedFma(whole, constant(LN2_HIGH), x);
        r = block.negatedFma(whole, constant(LN2_LOW), r);
        var p = block.fma(polynomial(EXP, r), block.multiply(r, r), r);
        return new Reduced(p, block.shift(Shift.LEFT, shifted, MANTISSA_BITS));
    }

    /// Horner's scheme in `x²`, whose steps wait half as long for each other as those in `x` would.
    ///
    /// @param coefficients that of the highest power first
    private Value polynomial(float[] coefficients, Value x) {
        var square = block.multiply(x, x);
        boolean odd = coefficients.length % 2 == 1;
        var sum = odd ? constant(coefficients[0]) : linear(coefficients, 0, x);
        for (int i = odd ? 1 : 2; i < coefficients.length; i += 2) {
            sum = block.fma(sum, square, linear(coefficients, i, x));
        }
        return sum;
    }

    /// Two coefficients of a polynomial, from the given one on.
    private Value linear(float[] coefficients, int index, Value x) {
        return block.fma(constant(coefficients[index]), x, constant(coefficients[index + 1]));
    }

    /// At least so much; NaN stays.
    private Value atLeast(double bound, Value x) {
        return block.apply(Binary.MAX, constant(bound), x);
    }

    /// At most so much; NaN stays.
    private Value atMost(double bound, Value x) {
        return block.apply(Binary.MIN, constant(bound), x);
    }

    /// `2ᵏ · scale`.
    private Value powerOfTwo(Value exponent, float scale) {
        return block.apply(Binary.INT_ADD, exponent, constant(scale));
    }

    Value exp(Value x) {
        var reduced = reduce(atMost(EXP_OVERFLOW, atLeast(EXP_UNDERFLOW, x)));
        // Two factors, of which neither overflows nor is subnormal.
        var half =
                block.and(
                        block.shift(Shift.SIGNED_RIGHT, reduced.exponent, 1),
                        bits(-1 << MANTISSA_BITS));
        var low = powerOfTwo(half, 1);
        var high = powerOfTwo(block.apply(Binary.INT_SUBTRACT, reduced.exponent, half), 1);
        return block.multiply(block.fma(reduced.p, low, low), high);
    }

    /// The exponential of numbers that are not positive, with 0 for those below -87.7: the relative
    /// error is at most `10⁻⁷ + 3·10⁻⁹·|x|`.
    public Value expOfNegative(Value x) {
        var bounded = atLeast(EXP_ZERO, x);
        var shifted = block.fma(bounded, constant(LOG2_E), constant(ROUNDER));
        var whole = block.subtract(shifted, constant(ROUNDER));
        var r = block.negatedFma(whole, constant(LN2), bounded);
        var p = block.fma(polynomial(EXP, r), block.multiply(r, r), r);
        // 0 where the exponent is -127.
        var scale = powerOfTwo(block.shift(Shift.LEFT, shifted, MANTISSA_BITS), 1);
        return block.fma(p, scale, scale);
    }

    Value expm1(Value x) {
        var reduced = reduce(atMost(EXP_OVERFLOW, atLeast(EXPM1_IS_MINUS_1, x)));
        // Halved, since 2ᵏ may be just too large.
        var scale = powerOfTwo(reduced.exponent, 0.5f);
        var half = block.fma(reduced.p, scale, block.subtract(scale, constant(0.5)));
        return withSign(block.add(half, half), x);
    }

    /// A number that is not negative, or whose sign is that of `x` already.
    private Value withSign(Value number, Value x) {
        return block.or(number, block.and(x, bits(SIGN)));
    }

    /// `tanh |x|` is `-m / (2 + m)` for small numbers, where `m = expm1(-2|x|)`, and `1 - 2e / (2 +
    /// m)` for others, where `e = 1 + m`.
    Value tanh(Value x) {
        var magnitude = abs(x);
        var doubled = atLeast(EXPM1_IS_MINUS_1, block.multiply(magnitude, constant(-2)));
        var reduced = reduce(doubled);
        var scale = powerOfTwo(reduced.exponent, 1);
        var m = block.fma(reduced.p, scale, block.subtract(scale, constant(1)));
        var e = block.fma(reduced.p, scale, scale);
        var small = block.apply(Binary.LESS, magnitude, constant(TANH_SMALL));
        var quotient =
                block.divide(block.blend(small, m, block.add(e, e)), block.add(m, constant(2)));
        var result = block.blend(small, quotient, block.subtract(constant(1), quotient));
        return withSign(abs(result), x);
    }

    /// `x` and `x` times a polynomial of `x²` below 1, from there `-expm1(ln erfc |x|)`, where the
    /// logarithm is a polynomial.
    Value erf(Value x) {
        var magnitude = abs(x);
        var logarithm = polynomial(LOG_ERFC, atMost(ERF_IS_1, magnitude));
        var reduced = reduce(logarithm);
        var scale = powerOfTwo(reduced.exponent, 1);
        var m = block.fma(reduced.p, scale, block.subtract(scale, constant(1)));
        var above = withSign(abs(m), x);
        var small = block.apply(Binary.LESS, magnitude, constant(1));
        var below = block.fma(polynomial(ERF, block.multiply(x, x)), x, x);
        return block.blend(small, below, above);
    }

    /// `1 / (1 + eˣ)`, without overflow.
    Value logistic(Value x) {
        var e = exp(block.or(x, bits(SIGN)));
        var negative = block.apply(Binary.LESS, x, constant(0));
        return block.divide(block.blend(negative, constant(1), e), block.add(e, constant(1)));
    }

    public Value log(Value x) {
        var subnormal = block.apply(Binary.LESS, x, constant(Float.MIN_NORMAL));
        var scaled = block.multiply(x, constant(SUBNORMAL_SCALE));
        var normal = block.blend(subnormal, scaled, x);
        var exponent = exponent(normal);
        var fraction = block.subtract(mantissa(normal, exponent), constant(1));
        var moved = block.and(subnormal, constant(Math.getExponent(SUBNORMAL_SCALE)));
        var whole = block.subtract(block.apply(Unary.FROM_INT, exponent), moved);
        return limits(x, logarithm(fraction, whole));
    }

    Value log1p(Value x) {
        var sum = block.add(x, constant(1));
        var lost = block.subtract(x, block.subtract(sum, constant(1)));
        var exponent = exponent(sum);
        var fraction = block.subtract(mantissa(sum, exponent), constant(1));
        // What the addition lost, scaled like the mantissa; nothing is lost of large numbers.
        var one = constant(1);
        var scale =
                block.apply(
                        Binary.INT_SUBTRACT, one, block.shift(Shift.LEFT, exponent, MANTISSA_BITS));
        fraction = block.fma(lost, atLeast(0, scale), fraction);
        var result = logarithm(fraction, block.apply(Unary.FROM_INT, exponent));
        return withSign(limits(sum, result), x);
    }

    /// `k`, such that `√½ ≤ x / 2ᵏ < √2`.
    private Value exponent(Value x) {
        return block.shift(
                Shift.SIGNED_RIGHT,
                block.apply(Binary.INT_SUBTRACT, x, bits(SQRT_HALF)),
                MANTISSA_BITS);
    }

    private Value mantissa(Value x, Value exponent) {
        return block.apply(
                Binary.INT_SUBTRACT, x, block.shift(Shift.LEFT, exponent, MANTISSA_BITS));
    }

    /// `exponent · ln 2 + log(1 + fraction)`.
    private Value logarithm(Value fraction, Value exponent) {
        var cubic = block.fma(polynomial(LOG, fraction), fraction, constant(-0.5));
        var tail =
                block.fma(
                        block.multiply(fraction, fraction),
                        cubic,
                        block.multiply(exponent, constant(LN2_LOW)));
        return block.fma(exponent, constant(LN2_HIGH), block.add(fraction, tail));
    }

    /// A logarithm of `x`, put right at 0, at infinity, below 0 and for NaN.
    private Value limits(Value x, Value logarithm) {
        var finite = block.apply(Binary.LESS, x, constant(Double.POSITIVE_INFINITY));
        var above = block.blend(finite, logarithm, x);
        var zero = block.apply(Binary.EQUAL, x, constant(0));
        var least = block.blend(zero, constant(Double.NEGATIVE_INFINITY), above);
        return block.or(block.apply(Binary.LESS, x, constant(0)), least);
    }
}

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
/// Logarithms follow from `log x = k · ln 2 + log(1 + f)` with `√½ ≤ 1 + f < √2` (Cody and Waite,
/// "Software Manual for the Elementary Functions", 1980); the polynomials are minimax. How the
/// exponential family is computed depends on what the processor has: [Exponentials].
public final class VectorMath {
    private static final int SIGN = Integer.MIN_VALUE;
    private static final int POSITIVE_ZERO = 0;
    private static final int MANTISSA_BITS = 23;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final int SQRT_HALF = Float.floatToRawIntBits((float) Math.sqrt(0.5));

    /// The exponents that [#power] takes.
    static final Set<Float> POWERS = Set.of(-1f, 0.5f, 1f, 2f, 3f);

    private static final float SUBNORMAL_SCALE = 0x1p25f;

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

    private final VectorBlock block;
    private final VectorArithmetic arithmetic;
    private final Exponentials exponentials;

    /// @param hasTables whether the assembler that the block is for has tables
    public VectorMath(VectorBlock block, boolean hasTables) {
        this.block = block;
        arithmetic = new VectorArithmetic(block);
        exponentials =
                hasTables ? new TabulatedExponentials(block) : new ReducedExponentials(block);
    }

    Value negate(Value x) {
        return arithmetic.negate(x);
    }

    Value abs(Value x) {
        return arithmetic.abs(x);
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

    Value exp(Value x) {
        return exponentials.exp(x);
    }

    /// The exponential of numbers that are not positive, with 0 for those below -87.7: the relative
    /// error is at most `1.3·10⁻⁷ + 3·10⁻⁹·|x|`.
    public Value expOfNegative(Value x) {
        return exponentials.expOfNegative(x);
    }

    Value expm1(Value x) {
        return exponentials.expm1(x);
    }

    Value tanh(Value x) {
        return exponentials.tanh(x);
    }

    Value erf(Value x) {
        return exponentials.erf(x);
    }

    /// `1 / (1 + eˣ)`, without overflow.
    Value logistic(Value x) {
        return exponentials.logistic(x);
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
        fraction = block.fma(lost, arithmetic.atLeast(0, scale), fraction);
        var result = logarithm(fraction, block.apply(Unary.FROM_INT, exponent));
        return arithmetic.withSign(limits(sum, result), x);
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
        var cubic = block.fma(arithmetic.polynomial(LOG, fraction), fraction, constant(-0.5));
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

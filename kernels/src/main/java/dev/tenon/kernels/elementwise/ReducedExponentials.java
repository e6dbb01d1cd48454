package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.bits;
import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Shift;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;

/// The exponential family by one reduction, `eˣ = 2ᵏ · (1 + expm1(r))` with `|r| ≤ ln 2 / 2` (Cody
/// and Waite, "Software Manual for the Elementary Functions", 1980); the polynomials are minimax.
final class ReducedExponentials implements Exponentials {
    private static final int MANTISSA_BITS = 23;

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

    /// `(expm1(r) - r) / r²`.
    private static final float[] EXP = {
        0.00139503321f, 0.00836882088f, 0.0416662097f, 0.166665196f, 0.5f
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
    private final VectorArithmetic a;

    ReducedExponentials(VectorBlock block) {
        this.block = block;
        this.a = new VectorArithmetic(block);
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
        var p = block.fma(a.polynomial(EXP, r), block.multiply(r, r), r);
        return new Reduced(p, block.shift(Shift.LEFT, shifted, MANTISSA_BITS));
    }

    /// `2ᵏ · scale`.
    private Value powerOfTwo(Value exponent, float scale) {
        return block.apply(Binary.INT_ADD, exponent, constant(scale));
    }

    @Override
    public Value exp(Value x) {
        var reduced = reduce(a.atMost(EXP_OVERFLOW, a.atLeast(EXP_UNDERFLOW, x)));
        // Two factors, of which neither overflows nor is subnormal.
        var half =
                block.and(
                        block.shift(Shift.SIGNED_RIGHT, reduced.exponent, 1),
                        bits(-1 << MANTISSA_BITS));
        var low = powerOfTwo(half, 1);
        var high = powerOfTwo(block.apply(Binary.INT_SUBTRACT, reduced.exponent, half), 1);
        return block.multiply(block.fma(reduced.p, low, low), high);
    }

    @Override
    public Value expOfNegative(Value x) {
        var bounded = a.atLeast(EXP_ZERO, x);
        var shifted = block.fma(bounded, constant(LOG2_E), constant(ROUNDER));
        var whole = block.subtract(shifted, constant(ROUNDER));
        var r = block.negatedFma(whole, constant(LN2), bounded);
        var p = block.fma(a.polynomial(EXP, r), block.multiply(r, r), r);
        // 0 where the exponent is -127.
        var scale = powerOfTwo(block.shift(Shift.LEFT, shifted, MANTISSA_BITS), 1);
        return block.fma(p, scale, scale);
    }

    @Override
    public Value expm1(Value x) {
        var reduced = reduce(a.atMost(EXP_OVERFLOW, a.atLeast(EXPM1_IS_MINUS_1, x)));
        // Halved, since 2ᵏ may be just too large.
        var scale = powerOfTwo(reduced.exponent, 0.5f);
        var half = block.fma(reduced.p, scale, block.subtract(scale, constant(0.5)));
        return a.withSign(block.add(half, half), x);
    }

    /// `tanh |x|` is `-m / (2 + m)` for small numbers, where `m = expm1(-2|x|)`, and `1 - 2e / (2 +
    /// m)` for others, where `e = 1 + m`.
    @Override
    public Value tanh(Value x) {
        var magnitude = a.abs(x);
        var doubled = a.atLeast(EXPM1_IS_MINUS_1, block.multiply(magnitude, constant(-2)));
        var reduced = reduce(doubled);
        var scale = powerOfTwo(reduced.exponent, 1);
        var m = block.fma(reduced.p, scale, block.subtract(scale, constant(1)));
        var e = block.fma(reduced.p, scale, scale);
        var small = block.apply(Binary.LESS, magnitude, constant(TANH_SMALL));
        var quotient =
                block.divide(block.blend(small, m, block.add(e, e)), block.add(m, constant(2)));
        var result = block.blend(small, quotient, block.subtract(constant(1), quotient));
        return a.withSign(a.abs(result), x);
    }

    /// `x` and `x` times a polynomial of `x²` below 1, from there `-expm1(ln erfc |x|)`, where the
    /// logarithm is a polynomial.
    @Override
    public Value erf(Value x) {
        var magnitude = a.abs(x);
        var logarithm = a.polynomial(LOG_ERFC, a.atMost(ERF_IS_1, magnitude));
        var reduced = reduce(logarithm);
        var scale = powerOfTwo(reduced.exponent, 1);
        var m = block.fma(reduced.p, scale, block.subtract(scale, constant(1)));
        var above = a.withSign(a.abs(m), x);
        var small = block.apply(Binary.LESS, magnitude, constant(1));
        var below = block.fma(a.polynomial(ERF, block.multiply(x, x)), x, x);
        return block.blend(small, below, above);
    }

    @Override
    public Value logistic(Value x) {
        var e = exp(a.negativeAbs(x));
        var negative = block.apply(Binary.LESS, x, constant(0));
        return block.divide(block.blend(negative, constant(1), e), block.add(e, constant(1)));
    }
}

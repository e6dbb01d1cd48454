package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;

/// The exponential family by tables, where there are some.
///
/// `eˣ = 2ᵏ · 2^(j/16) · (1 + expm1(r))` with `|r| ≤ ln 2 / 32` (Tang, "Table-driven implementation
/// of the exponential function in IEEE floating-point arithmetic", 1989). The hyperbolic tangent
/// and the error function are polynomials about the middle of the interval that an argument lies
/// in.
final class TabulatedExponentials implements Exponentials {
    private static final float LOG2_E = 1.44269504f;
    private static final double LN2 = Math.log(2);
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    /// Adding and subtracting it rounds to an integer, which the last bits of the sum are.
    private static final float ROUNDER = 0x1.8p23f;

    /// The same for sixteenths and for eighths.
    private static final float ROUNDER_OF_16THS = ROUNDER / 16;

    private static final float ROUNDER_OF_8THS = ROUNDER / 8;

    private static final double EXP_OVERFLOW = 88.73;
    private static final double EXP_UNDERFLOW = -104;

    /// `1 + eˣ` is `eˣ` from there.
    private static final double LOGISTIC_IS_1 = 20;

    /// `expm1(r)` is `r + r² · (EXP_2 + EXP_3 · r)`.
    private static final float EXP_2 = 0.5000163f;

    private static final float EXP_3 = 0.16667008f;

    /// Within the last interval, where its polynomial is 1.
    private static final double TANH_IS_1 = 9.2;

    private static final double ERF_IS_1 = 3.93;

    /// The width of an interval of the hyperbolic tangent.
    private static final float TANH_WIDTH = 75f / 256;

    private final VectorBlock block;
    private final VectorArithmetic a;
    private final ReducedExponentials others;

    TabulatedExponentials(VectorBlock block) {
        this.block = block;
        this.a = new VectorArithmetic(block);
        this.others = new ReducedExponentials(block);
    }

    /// What exponentials are made of.
    ///
    /// @param exponent in sixteenths; the last four bits of `shifted` are those that are not whole
    /// @param r what is left
    private record Reduced(Value shifted, Value exponent, Value r) {}

    private Reduced reduce(Value x) {
        var shifted = block.fma(x, constant(LOG2_E), constant(ROUNDER_OF_16THS));
        var exponent = block.subtract(shifted, constant(ROUNDER_OF_16THS));
        var r = block.negatedFma(exponent, constant(LN2_HIGH), x);
        return new Reduced(shifted, exponent, block.negatedFma(exponent, constant(LN2_LOW), r));
    }

    private Value power(Reduced reduced) {
        return power(reduced, expm1OfReduced(reduced.r));
    }

    /// @param p `expm1(r)`
    private Value power(Reduced reduced, Value p) {
        var power = block.lookUp(ExponentialTables.POWERS, reduced.shifted);
        return block.scale(block.fma(power, p, power), reduced.exponent);
    }

    private Value expm1OfReduced(Value r) {
        var factor = block.fma(r, constant(EXP_3), constant(EXP_2));
        return block.fma(block.multiply(r, r), factor, r);
    }

    @Override
    public Value exp(Value x) {
        return power(reduce(a.atMost(EXP_OVERFLOW, a.atLeast(EXP_UNDERFLOW, x))));
    }

    @Override
    public Value expOfNegative(Value x) {
        var bounded = a.atLeast(EXP_UNDERFLOW, x);
        var shifted = block.fma(bounded, constant(LOG2_E), constant(ROUNDER_OF_16THS));
        var exponent = block.subtract(shifted, constant(ROUNDER_OF_16THS));
        var r = block.negatedFma(exponent, constant(LN2), bounded);
        return power(new Reduced(shifted, exponent, r));
    }

    @Override
    public Value expm1(Value x) {
        return others.expm1(x);
    }

    @Override
    public Value tanh(Value x) {
        var bounded = a.atMost(TANH_IS_1, a.abs(x));
        var shifted = block.fma(bounded, constant(1 / TANH_WIDTH), constant(ROUNDER));
        var index = block.subtract(shifted, constant(ROUNDER));
        var distance = block.negatedFma(index, constant(TANH_WIDTH), bounded);
        return a.withSign(polynomial(ExponentialTables.TANH, shifted, distance), x);
    }

    @Override
    public Value erf(Value x) {
        var bounded = a.atMost(ERF_IS_1, a.abs(x));
        var shifted = block.add(bounded, constant(ROUNDER_OF_8THS));
        var middle = block.subtract(shifted, constant(ROUNDER_OF_8THS));
        var distance = block.subtract(bounded, middle);
        return a.withSign(polynomial(ExponentialTables.ERF, shifted, distance), x);
    }

    /// Horner's scheme with coefficients of an interval.
    ///
    /// @param index the last bits name the interval
    /// @param x the distance from its middle
    private Value polynomial(float[][] coefficients, Value index, Value x) {
        var sum = block.lookUp(coefficients[coefficients.length - 1], index);
        for (int power = coefficients.length - 2; power >= 0; power--) {
            sum = block.fma(sum, x, block.lookUp(coefficients[power], index));
        }
        return sum;
    }

    /// `e / (1 + e)` with `e = e⁻ˣ`, whose error counts twice: so what entries of the table lack is
    /// added.
    @Override
    public Value logistic(Value x) {
        var bounded = a.atMost(-EXP_UNDERFLOW, a.atLeast(-LOGISTIC_IS_1, x));
        var reduced = reduce(a.negate(bounded));
        var lost = block.lookUp(ExponentialTables.LOST, reduced.shifted);
        var e = power(reduced, block.add(expm1OfReduced(reduced.r), lost));
        return block.divide(e, block.add(e, constant(1)));
    }
}

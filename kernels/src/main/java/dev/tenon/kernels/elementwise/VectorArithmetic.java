package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.bits;
import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;

/// What functions of `f32` vectors are made of.
record VectorArithmetic(VectorBlock block) {
    private static final int SIGN = Integer.MIN_VALUE;

    Value abs(Value x) {
        return block.and(x, bits(~SIGN));
    }

    Value negate(Value x) {
        return block.apply(Binary.XOR, x, bits(SIGN));
    }

    Value negativeAbs(Value x) {
        return block.or(x, bits(SIGN));
    }

    /// At least so much; NaN stays.
    Value atLeast(double bound, Value x) {
        return block.apply(Binary.MAX, constant(bound), x);
    }

    /// At most so much; NaN stays.
    Value atMost(double bound, Value x) {
        return block.apply(Binary.MIN, constant(bound), x);
    }

    /// A number that is not negative, or whose sign is that of `x` already.
    Value withSign(Value number, Value x) {
        return block.or(number, block.and(x, bits(SIGN)));
    }

    /// Horner's scheme in `x²`, whose steps wait half as long for each other as those in `x` would.
    ///
    /// @param coefficients that of the highest power first
    Value polynomial(float[] coefficients, Value x) {
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
}

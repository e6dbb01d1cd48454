package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.bits;
import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;

/// Functions of `f32` vectors.
final class VectorMath {
    private static final int SIGN = Integer.MIN_VALUE;
    private static final int POSITIVE_ZERO = 0;

    private final VectorBlock block;

    VectorMath(VectorBlock block) {
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
    Value max(Value x, Value y) {
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
    Value min(Value x, Value y) {
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

    /// @param exponent 1, 2 or 3
    Value power(Value x, float exponent) {
        if (exponent == 1) {
            return x;
        }
        var square = block.multiply(x, x);
        return exponent == 2 ? square : block.multiply(square, x);
    }
}

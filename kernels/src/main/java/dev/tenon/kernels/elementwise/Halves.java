package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;

/// Moves floats of 16 bits (`f16`, `bf16`) to arrays of `float` and back, rounding to nearest even.
final class Halves {
    private static final int BFLOAT_SHIFT = 16;

    private Halves() {}

    static boolean are(DType dtype) {
        return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
    }

    static void load(Tensor from, long offset, float[] to, int at, int count) {
        try (var scratch = Scratch.open()) {
            var halves = scratch.shorts(count);
            Memory.load(from.segment(), offset, halves, 0, count);
            if (from.dtype() == DType.FLOAT16) {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float.float16ToFloat(halves[i]);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float.intBitsToFloat(halves[i] << BFLOAT_SHIFT);
                }
            }
        }
    }

    static void store(float[] from, Tensor to, long offset, int count) {
        try (var scratch = Scratch.open()) {
            var halves = scratch.shorts(count);
            if (to.dtype() == DType.FLOAT16) {
                for (int i = 0; i < count; i++) {
                    halves[i] = Float.floatToFloat16(from[i]);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    halves[i] = bfloat(from[i]);
                }
            }
            Memory.store(halves, 0, to.segment(), offset, count);
        }
    }

    /// The upper half of the bits, with a carry from the lower one; NaN stays NaN.
    private static short bfloat(float value) {
        int bits = Float.floatToIntBits(value);
        int carry = 0x7fff + (bits >>> BFLOAT_SHIFT & 1);
        return (short) (Float.isNaN(value) ? bits >>> BFLOAT_SHIFT : bits + carry >>> BFLOAT_SHIFT);
    }
}

package dev.tenon.kernels.quant;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Sums;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Between `f32` and 8-bit integers.
public final class Quantization {
    private static final int PIECE = 8192;

    /// Adding and subtracting it rounds to an integer, ties to even.
    private static final float ROUNDER = 12582912f;

    private Quantization() {}

    /// The least and the greatest element of each piece, and of all of them.
    public static final class Range implements Work {
        private final float[] least;
        private final float[] greatest;
        private final Work pieces;

        public Range(MemorySegment x, long size) {
            int count = Math.toIntExact(Math.ceilDiv(size, PIECE));
            least = new float[count];
            greatest = new float[count];
            pieces = Work.ofRanges(size, PIECE, (from, length) -> piece(x, from, length));
        }

        private void piece(MemorySegment x, long from, int count) {
            try (var scratch = Scratch.open()) {
                var piece = scratch.floats(count);
                Memory.load(x, from, piece, 0, count);
                least[(int) (from / PIECE)] = Sums.min(piece, 0, count);
                greatest[(int) (from / PIECE)] = Sums.max(piece, 0, count);
            }
        }

        @Override
        public void run(Workers workers) {
            pieces.run(workers);
        }

        /// The least element, or 0.
        public float least() {
            return Math.min(0, Sums.min(least, 0, least.length));
        }

        /// The greatest element, or 0.
        public float greatest() {
            return Math.max(0, Sums.max(greatest, 0, greatest.length));
        }
    }

    /// `clamp(round(x / scale) + zero)`; NaN becomes the zero point.
    ///
    /// @param lines the axis that scales go along; of length 1 for one scale
    /// @param zero null for 0
    /// @param y `u8` or `i8`
    public static Work quantize(
            MemorySegment x, Tensor scale, @Nullable Tensor zero, Tensor y, Lines lines) {
        float least = y.dtype() == DType.UINT8 ? 0 : -128;
        return each(
                lines,
                (position, offset, count) -> {
                    float divisor = (float) scale.getDouble(position);
                    float z = zero == null ? 0 : zero.getLong(position);
                    try (var scratch = Scratch.open()) {
                        var piece = scratch.floats(count);
                        var codes = scratch.bytes(count);
                        Memory.load(x, offset, piece, 0, count);
                        for (int j = 0; j < count; j++) {
                            float quotient =
                                    Math.min(Math.max(piece[j] / divisor, -70000f), 70000f);
                            float code = (quotient + ROUNDER) - ROUNDER + z;
                            piece[j] = Math.min(Math.max(code, least), least + 255);
                        }
                        for (int j = 0; j < count; j++) {
                            codes[j] = (byte) (int) (Float.isNaN(piece[j]) ? z : piece[j]);
                        }
                        Memory.store(codes, 0, y.segment(), offset, count);
                    }
                });
    }

    /// `(x - zero) · scale`.
    ///
    /// @param x `u8` or `i8`
    /// @param lines the axis that scales go along; of length 1 for one scale
    /// @param zero null for 0
    public static Work dequantize(
            Tensor x, Tensor scale, @Nullable Tensor zero, MemorySegment y, Lines lines) {
        int mask = x.dtype() == DType.UINT8 ? 0xff : -1;
        return each(
                lines,
                (position, offset, count) -> {
                    float factor = (float) scale.getDouble(position);
                    int z = zero == null ? 0 : (int) zero.getLong(position);
                    try (var scratch = Scratch.open()) {
                        var codes = scratch.bytes(count);
                        var piece = scratch.floats(count);
                        Memory.load(x.segment(), offset, codes, 0, count);
                        for (int j = 0; j < count; j++) {
                            piece[j] = ((codes[j] & mask) - z) * factor;
                        }
                        Memory.store(piece, 0, y, offset, count);
                    }
                });
    }

    private interface Run {
        /// @param position along the axis
        void accept(int position, long offset, int count);
    }

    private static Work each(Lines lines, Run run) {
        if (lines.isEmpty()) {
            return Work.NONE;
        }
        int pieces = Math.ceilDiv(lines.inner(), PIECE);
        int grain = Math.max(1, PIECE / lines.inner());
        return Work.ofRanges(
                lines.outer() * lines.length() * pieces,
                grain,
                (from, count) -> {
                    for (long i = from; i < from + count; i++) {
                        int at = (int) (i % pieces) * PIECE;
                        int position = (int) (i / pieces % lines.length());
                        run.accept(
                                position,
                                i / pieces * lines.inner() + at,
                                Math.min(PIECE, lines.inner() - at));
                    }
                });
    }
}

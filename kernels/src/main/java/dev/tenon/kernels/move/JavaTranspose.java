package dev.tenon.kernels.move;

import dev.tenon.kernels.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Transposes matrices of 32-bit elements in tiles, in plain Java. Strides count elements.
///
/// @param rows of the source
/// @param fromStride from row to row of the source
/// @param toStride from row to row of the result
record JavaTranspose(
        MemorySegment from, MemorySegment to, long rows, long fromStride, long toStride) {
    private static final int TILE = 32;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    /// @param source where the matrix begins
    /// @param target where the result begins
    /// @param columns of the source
    void run(long source, long target, long columns) {
        try (var scratch = Scratch.open()) {
            var in = scratch.ints(TILE * TILE);
            var out = scratch.ints(TILE);
            for (long r = 0; r < rows; r += TILE) {
                int height = (int) Math.min(TILE, rows - r);
                for (long c = 0; c < columns; c += TILE) {
                    int width = (int) Math.min(TILE, columns - c);
                    for (int i = 0; i < height; i++) {
                        long at = source + (r + i) * fromStride + c;
                        MemorySegment.copy(from, INT, at * Integer.BYTES, in, i * TILE, width);
                    }
                    for (int j = 0; j < width; j++) {
                        for (int i = 0; i < height; i++) {
                            out[i] = in[i * TILE + j];
                        }
                        long at = target + (c + j) * toStride + r;
                        MemorySegment.copy(out, 0, to, INT, at * Integer.BYTES, height);
                    }
                }
            }
        }
    }
}

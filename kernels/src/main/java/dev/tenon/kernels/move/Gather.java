package dev.tenon.kernels.move;

import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Picks blocks of bytes by index.
public final class Gather {
    private static final int GRAIN = 1 << 16;

    private Gather() {}

    /// For each of `outer` tables of `rows` blocks, copies the blocks that `indices` name.
    ///
    /// @param indices each `0 … rows-1`
    /// @param bytes of a block
    public static void run(
            MemorySegment table,
            long outer,
            long rows,
            long[] indices,
            long bytes,
            MemorySegment out,
            Workers workers) {
        if (bytes == 0 || outer == 0 || indices.length == 0) {
            return;
        }
        int grain = Math.clamp(GRAIN / bytes, 1, 1 << 16);
        workers.forRanges(
                outer * indices.length,
                grain,
                (from, count) -> {
                    for (long i = from; i < from + count; i++) {
                        long block =
                                i / indices.length * rows + indices[(int) (i % indices.length)];
                        MemorySegment.copy(table, block * bytes, out, i * bytes, bytes);
                    }
                });
    }
}

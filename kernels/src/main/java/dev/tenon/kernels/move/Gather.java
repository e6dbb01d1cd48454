package dev.tenon.kernels.move;

import dev.tenon.kernels.Work;
import java.lang.foreign.MemorySegment;

/// Picks blocks of bytes by index.
public final class Gather {
    private static final int GRAIN = 1 << 16;

    private Gather() {}

    /// For each of `outer` tables of `rows` blocks, copies the blocks that `indices` name.
    ///
    /// @param indices each `0 … rows-1` when the work is done
    /// @param bytes of a block
    public static Work of(
            MemorySegment table,
            long outer,
            long rows,
            long[] indices,
            long bytes,
            MemorySegment out) {
        if (bytes == 0) {
            return Work.NONE;
        }
        return Work.ofRanges(
                outer * indices.length,
                Math.clamp(GRAIN / bytes, 1, 1 << 16),
                (from, count) -> {
                    for (long i = from; i < from + count; i++) {
                        long block =
                                i / indices.length * rows + indices[(int) (i % indices.length)];
                        MemorySegment.copy(table, block * bytes, out, i * bytes, bytes);
                    }
                });
    }
}

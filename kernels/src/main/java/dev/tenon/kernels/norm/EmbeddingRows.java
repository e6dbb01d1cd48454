package dev.tenon.kernels.norm;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.norm.Normalize.Groups;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of tables, added up and normalised while they are in the caches.
///
/// @param norm of each sum
/// @param width elements of a row
/// @param scale a number an element
/// @param bias a number an element; null for 0
public record EmbeddingRows(
        Normalize norm, int width, MemorySegment scale, @Nullable MemorySegment bias) {
    /// Elements of a chunk of work, about.
    private static final int GRAIN = 1 << 13;

    /// A table and which of its rows are picked.
    ///
    /// @param rows of `width` numbers
    /// @param indices one a row of the result, counted from the front
    public record Table(MemorySegment rows, long[] indices) {}

    /// @param tables one or more, with equally many indices
    /// @param out a row for each index
    public void run(List<Table> tables, MemorySegment out, Workers workers) {
        int count = tables.getFirst().indices().length;
        if (count == 0 || width == 0) {
            return;
        }
        long bytes = (long) width * Float.BYTES;
        workers.forRanges(
                count,
                Math.max(1, GRAIN / width),
                (from, rows) -> {
                    var chunk = out.asSlice(from * bytes, rows * bytes);
                    sums(tables, from, rows, chunk);
                    var groups = new Groups(rows, width, scale, bias, 1, width);
                    norm.run(chunk, chunk, groups, Workers.CALLER);
                });
    }

    private void sums(List<Table> tables, long from, int rows, MemorySegment out) {
        try (var scratch = Scratch.open()) {
            var sum = scratch.floats(width);
            var row = scratch.floats(width);
            for (int r = 0; r < rows; r++) {
                load(tables.getFirst(), from + r, sum);
                for (int t = 1; t < tables.size(); t++) {
                    load(tables.get(t), from + r, row);
                    for (int i = 0; i < width; i++) {
                        sum[i] += row[i];
                    }
                }
                Memory.store(sum, 0, out, (long) r * width, width);
            }
        }
    }

    private void load(Table table, long at, float[] to) {
        Memory.load(table.rows(), table.indices()[(int) at] * width, to, 0, width);
    }
}

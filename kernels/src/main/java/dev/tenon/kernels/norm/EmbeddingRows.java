package dev.tenon.kernels.norm;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Work;
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
    /// @param positions of rows, counted from the front; set before the work is done
    /// @param places for each row of the result, which of the positions it takes
    public record Table(MemorySegment rows, long[] positions, int[] places) {
        private long row(int index) {
            return positions[places[index]];
        }
    }

    /// @param tables one or more
    /// @param count rows of the result
    /// @param out a row for each place
    /// @param room lasts as long as the work
    public Work prepare(List<Table> tables, int count, MemorySegment out, NativeScratch room) {
        if (count == 0 || width == 0) {
            return Work.NONE;
        }
        int grain = Math.max(1, GRAIN / width);
        long bytes = (long) width * Float.BYTES;
        var pieces = new MemorySegment[Math.ceilDiv(count, grain)];
        var norms = new Work[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            int rows = Math.min(grain, count - i * grain);
            pieces[i] = out.asSlice((long) i * grain * bytes, rows * bytes);
            var groups = new Groups(rows, width, scale, bias, 1, width);
            norms[i] = norm.prepare(pieces[i], pieces[i], groups, room);
        }
        return Work.ofChunks(
                pieces.length,
                i -> {
                    sums(tables, i * grain, Math.min(grain, count - i * grain), pieces[i]);
                    norms[i].run(Workers.CALLER);
                });
    }

    private void sums(List<Table> tables, int from, int rows, MemorySegment out) {
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

    private void load(Table table, int at, float[] to) {
        Memory.load(table.rows(), table.row(at) * width, to, 0, width);
    }
}

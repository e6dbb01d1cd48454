package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/// Copies matrices into [Panels].
public record Packer(GemmRoutines routines) {
    private static final int PANEL = Panels.WIDTH;

    /// Copies the panels `from … to-1`.
    public void pack(MatrixView matrix, Panels to, int from, int end) {
        boolean direct = Places.isReachable(matrix) && to.depth() > 0;
        for (int panel = from; panel < end; panel++) {
            if (direct && matrix.columnStride() == 1) {
                packRows(matrix, to, panel);
            } else if (direct && matrix.rowStride() == 1) {
                packColumns(matrix, to, panel);
            } else {
                packElements(matrix, to, panel);
            }
        }
    }

    private void packRows(MatrixView matrix, Panels to, int panel) {
        long start = Places.address(matrix, matrix.offset());
        long rowBytes = matrix.rowStride() * Float.BYTES;
        int columns = Math.min(PANEL, to.columns() - panel * PANEL);
        for (int block = 0; block < to.blocks(); block++) {
            long from =
                    start + to.blockStart(block) * rowBytes + (long) panel * PANEL * Float.BYTES;
            routines.packRows(Columns.of(columns))
                    .call(
                            from,
                            to.address(block, panel),
                            to.blockDepth(block),
                            rowBytes,
                            columns,
                            0,
                            0,
                            0);
        }
        Reference.reachabilityFence(matrix.memory());
    }

    private void packColumns(MatrixView matrix, Panels to, int panel) {
        long start = Places.address(matrix, matrix.offset());
        long columnBytes = matrix.columnStride() * Float.BYTES;
        if (panel < to.whole()) {
            packColumns(start + (long) panel * PANEL * columnBytes, columnBytes, to, panel);
        } else {
            try (var scratch = NativeScratch.open()) {
                var filled = filledUp(matrix, panel * PANEL, scratch);
                packColumns(filled.address(), (long) to.depth() * Float.BYTES, to, panel);
            }
        }
        Reference.reachabilityFence(matrix.memory());
    }

    /// A copy of the last columns, filled up to a panel with zeros.
    private static MemorySegment filledUp(MatrixView matrix, int from, NativeScratch scratch) {
        long depth = matrix.rows();
        var copy = scratch.floats(PANEL * depth).fill((byte) 0);
        for (int i = 0; from + i < matrix.columns(); i++) {
            long at = matrix.offset() + (from + i) * matrix.columnStride();
            MemorySegment.copy(
                    matrix.memory(),
                    at * Float.BYTES,
                    copy,
                    i * depth * Float.BYTES,
                    depth * Float.BYTES);
        }
        return copy;
    }

    private void packColumns(long start, long columnBytes, Panels to, int panel) {
        for (int block = 0; block < to.blocks(); block++) {
            routines.packColumns()
                    .call(
                            start + (long) to.blockStart(block) * Float.BYTES,
                            to.address(block, panel),
                            to.blockDepth(block),
                            columnBytes,
                            0,
                            0,
                            0,
                            0);
        }
    }

    private static void packElements(MatrixView matrix, Panels to, int panel) {
        int columns = Math.min(PANEL, to.columns() - panel * PANEL);
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(PANEL);
            Arrays.fill(row, 0, PANEL, 0);
            for (int block = 0; block < to.blocks(); block++) {
                for (int k = 0; k < to.blockDepth(block); k++) {
                    long at =
                            matrix.offset()
                                    + (to.blockStart(block) + k) * matrix.rowStride()
                                    + (long) panel * PANEL * matrix.columnStride();
                    Memory.loadStrided(matrix.memory(), at, matrix.columnStride(), row, 0, columns);
                    Memory.store(
                            row, 0, to.memory(), to.offset(block, panel) + (long) k * PANEL, PANEL);
                }
            }
        }
    }

    /// Multiplies all elements by a number.
    static void scale(Panels panels, float factor) {
        if (factor == 1) {
            return;
        }
        long count = Panels.floats(panels.depth(), panels.columns());
        for (long i = 0; i < count; i++) {
            Memory.set(panels.memory(), i, factor * Memory.getFloat(panels.memory(), i));
        }
    }
}

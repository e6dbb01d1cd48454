package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Locale;

/// Computes rectangles of products. Operands that emitted code cannot reach are copied to native
/// memory first, and results from there.
///
/// @param alpha scales the left-hand matrix
record BlockProduct(GemmRoutines routines, Gemm.Call call, float alpha) {
    private static final int PANEL = Panels.WIDTH;

    /// A row-major matrix of numbers at an address.
    private record Rows(long address, long rowBytes) {
        long at(int row, int column) {
            return address + row * rowBytes + (long) column * Float.BYTES;
        }
    }

    void run(Cut.Part part, int batch, Panels b) {
        if (part.rows() == 0 || part.panels() == 0) {
            return;
        }
        checkDepth(b);
        try (var scratch = NativeScratch.open()) {
            var a = left(part, batch, scratch);
            int from = part.panel() * PANEL;
            int columns = Math.min(b.columns() - from, part.panels() * PANEL);
            long first = (long) batch * call.a().rows() + part.row();
            long offset = first * b.columns() + from;
            if (call.out().isNative()) {
                checkWritable(call.out());
                long extent = (long) (part.rows() - 1) * b.columns() + columns;
                long address = Addresses.of(call.out(), offset, extent);
                multiply(a, new Rows(address, (long) b.columns() * Float.BYTES), part, b);
                call.epilogue()
                        .applyTo(
                                call.out(), offset, b.columns(), part.rows(), columns, first, from);
            } else {
                var tile = scratch.floats((long) part.rows() * columns);
                multiply(a, new Rows(tile.address(), (long) columns * Float.BYTES), part, b);
                call.epilogue().applyTo(tile, 0, columns, part.rows(), columns, first, from);
                copy(tile, offset, b.columns(), part.rows(), columns);
            }
        }
        Reference.reachabilityFence(call.a().memory());
        Reference.reachabilityFence(call.out());
        Reference.reachabilityFence(b.memory());
    }

    private void checkDepth(Panels b) {
        if (call.a().columns() != b.depth()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%d columns on the left and %d rows on the right",
                            call.a().columns(),
                            b.depth()));
        }
    }

    private static void checkWritable(MemorySegment out) {
        if (out.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
    }

    /// The part's rows of the left-hand matrix where they are, or a copy.
    private Rows left(Cut.Part part, int batch, NativeScratch scratch) {
        var matrix = call.a().at(call.aOffsets()[batch]);
        if (matrix.columns() == 0) {
            return new Rows(0, 0);
        }
        if (alpha == 1 && matrix.columnStride() == 1 && Places.isReachable(matrix)) {
            long address = Places.address(matrix, matrix.offset());
            long rowBytes = matrix.rowStride() * Float.BYTES;
            return new Rows(address + part.row() * rowBytes, rowBytes);
        }
        int depth = matrix.columns();
        var copy = scratch.floats((long) part.rows() * depth);
        try (var arrays = Scratch.open()) {
            var row = arrays.floats(depth);
            for (int i = 0; i < part.rows(); i++) {
                loadRow(matrix, part.row() + i, row);
                Memory.store(row, 0, copy, (long) i * depth, depth);
            }
        }
        return new Rows(copy.address(), (long) depth * Float.BYTES);
    }

    private void loadRow(MatrixView matrix, int index, float[] row) {
        long offset = matrix.offset() + index * matrix.rowStride();
        Memory.loadStrided(
                matrix.memory(), offset, matrix.columnStride(), row, 0, matrix.columns());
        if (alpha != 1) {
            for (int k = 0; k < matrix.columns(); k++) {
                row[k] *= alpha;
            }
        }
    }

    private void multiply(Rows a, Rows c, Cut.Part part, Panels b) {
        int columns = Math.min(part.panels() * PANEL, b.columns() - part.panel() * PANEL);
        var rows =
                new PanelRows(routines, part.rows(), a.address, a.rowBytes, c.address, c.rowBytes);
        for (int block = 0; block < b.blocks(); block++) {
            rows.from(a.at(0, b.blockStart(block)))
                    .multiply(b, block, part.panel(), columns, block > 0);
        }
    }

    private void copy(MemorySegment tile, long offset, long stride, int rows, int columns) {
        long bytes = (long) columns * Float.BYTES;
        for (int i = 0; i < rows; i++) {
            long to = (offset + i * stride) * Float.BYTES;
            MemorySegment.copy(tile, i * bytes, call.out(), to, bytes);
        }
    }
}

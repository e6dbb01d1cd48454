package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Locale;

/// A rectangle of a product. Operands that emitted code cannot reach are copied to native memory
/// first, and results from there.
final class BlockProduct {
    private static final int PANEL = Panels.WIDTH;

    private final MatrixView a;
    private final float alpha;
    private final Panels b;
    private final MemorySegment out;
    private final FusedEpilogue epilogue;
    private final Cut.Part part;
    private final int columns;

    /// The first row, of those of all products.
    private final long first;

    /// Where the part's rows of the left-hand matrix are; 0 where they are copied.
    private final long left;

    /// Where the results are; 0 where they are copied.
    private final long results;

    private final PanelRows rows;

    /// @param alpha scales the left-hand matrix
    /// @param part not empty
    /// @param b in memory that holds the matrix when the product is run
    /// @param epilogue the call's; all of it is left where results are on the heap
    BlockProduct(
            GemmRoutines routines,
            Gemm.Call call,
            float alpha,
            Cut.Part part,
            int batch,
            Panels b,
            FusedEpilogue epilogue) {
        this.a = call.a().at(call.aOffsets()[batch]);
        this.alpha = alpha;
        this.b = b;
        this.out = call.out();
        this.epilogue = epilogue;
        this.part = part;
        checkDepth();
        columns = Math.min(b.columns() - from(), part.panels() * PANEL);
        first = (long) batch * a.rows() + part.row();
        boolean direct = alpha == 1 && a.columnStride() == 1 && Places.isReachable(a);
        long aStride = direct ? a.rowStride() : a.columns();
        left =
                direct && a.columns() > 0
                        ? Places.address(a, a.offset()) + part.row() * aStride * Float.BYTES
                        : 0;
        results = out.isNative() ? checkedResults() : 0;
        long cStride = results != 0 ? b.columns() : columns;
        rows =
                new PanelRows(
                        routines,
                        part.rows(),
                        aStride * Float.BYTES,
                        cStride * Float.BYTES,
                        epilogue.program(),
                        results != 0 ? epilogue.results() : cStride * Float.BYTES);
    }

    private int from() {
        return part.panel() * PANEL;
    }

    /// Where the rectangle begins among the results.
    private long offset() {
        return first * b.columns() + from();
    }

    private void checkDepth() {
        if (a.columns() != b.depth()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%d columns on the left and %d rows on the right",
                            a.columns(),
                            b.depth()));
        }
    }

    private long checkedResults() {
        if (out.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
        long extent = (long) (part.rows() - 1) * b.columns() + columns;
        return Addresses.of(out, offset(), extent);
    }

    void run() {
        if (results != 0 && (left != 0 || a.columns() == 0)) {
            multiply(left, results);
            finish(out, offset(), b.columns());
        } else {
            try (var scratch = NativeScratch.open()) {
                runByCopies(scratch);
            }
        }
        Reference.reachabilityFence(this);
    }

    private void runByCopies(NativeScratch scratch) {
        long from = left != 0 || a.columns() == 0 ? left : copyLeft(scratch);
        if (results != 0) {
            multiply(from, results);
            finish(out, offset(), b.columns());
        } else {
            var tile = scratch.floats((long) part.rows() * columns);
            multiply(from, tile.address());
            finish(tile, 0, columns);
            copy(tile);
        }
    }

    private void multiply(long from, long to) {
        rows.multiplyAll(from, to, b, part.panel(), columns);
    }

    private void finish(MemorySegment memory, long offset, int stride) {
        epilogue.rest().applyTo(memory, offset, stride, part.rows(), columns, first, from());
    }

    private long copyLeft(NativeScratch scratch) {
        int depth = a.columns();
        var copy = scratch.floats((long) part.rows() * depth);
        try (var arrays = Scratch.open()) {
            var row = arrays.floats(depth);
            for (int i = 0; i < part.rows(); i++) {
                loadRow(part.row() + i, row);
                Memory.store(row, 0, copy, (long) i * depth, depth);
            }
        }
        return copy.address();
    }

    private void loadRow(int index, float[] row) {
        long offset = a.offset() + index * a.rowStride();
        Memory.loadStrided(a.memory(), offset, a.columnStride(), row, 0, a.columns());
        if (alpha != 1) {
            for (int k = 0; k < a.columns(); k++) {
                row[k] *= alpha;
            }
        }
    }

    private void copy(MemorySegment tile) {
        long bytes = (long) columns * Float.BYTES;
        for (int i = 0; i < part.rows(); i++) {
            long to = (offset() + (long) i * b.columns()) * Float.BYTES;
            MemorySegment.copy(tile, i * bytes, out, to, bytes);
        }
    }
}

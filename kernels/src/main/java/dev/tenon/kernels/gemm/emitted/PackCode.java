package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.Word;
import java.util.ArrayList;
import java.util.List;

/// Copies of matrices into panels.
final class PackCode {
    private static final Word FROM = new Word(0);
    private static final Word TO = new Word(1);
    private static final Word DEPTH = new Word(2);

    /// From row to row, or from column to column.
    private static final Word STRIDE = new Word(3);

    private static final Word COLUMNS = new Word(4);
    private static final Word SCRATCH = new Word(5);
    private static final int WORDS = 6;

    private final VectorAssembler a;
    private final int vectorBytes;
    private final int panelBytes;

    private PackCode(VectorAssembler a) {
        this.a = a;
        vectorBytes = a.lanes() * Float.BYTES;
        panelBytes = TileSize.VECTORS * vectorBytes;
    }

    /// From a row-major matrix, one panel; columns that do not exist become 0:
    ///
    ///     f(from, to, depth, rowBytes, columns)
    ///
    /// The depth is at least 1.
    static byte[] rows(Columns columns, VectorAssembler a) {
        return new PackCode(a).rows(columns);
    }

    private byte[] rows(Columns columns) {
        a.enter(WORDS, 0, 0);
        columns.setTail(a, COLUMNS, SCRATCH);
        for (int v = columns.vectors(); v < TileSize.VECTORS; v++) {
            a.set(new Vector(v), new Constant(0));
        }
        a.align(16);
        a.countDown(
                DEPTH,
                () -> {
                    for (int v = 0; v < TileSize.VECTORS; v++) {
                        var vector = new Vector(v);
                        if (v < columns.vectors()) {
                            a.load(vector, Place.at(FROM).plus(v * vectorBytes), columns.part(v));
                        }
                        a.store(vector, Place.at(TO).plus(v * vectorBytes), Part.ALL);
                    }
                    a.add(FROM, STRIDE);
                    a.add(TO, panelBytes);
                });
        a.leave();
        return a.finish();
    }

    /// From a column-major matrix, one panel of which all columns exist:
    ///
    ///     f(from, to, depth, columnBytes)
    static byte[] columns(VectorAssembler a) {
        return new PackCode(a).columns();
    }

    private byte[] columns() {
        a.enter(WORDS, 0, 0);
        a.whileAtLeast(
                DEPTH,
                a.lanes(),
                () -> {
                    squares(Part.ALL);
                    a.add(FROM, vectorBytes);
                    a.add(TO, a.lanes() * panelBytes);
                });
        a.unlessZero(
                DEPTH,
                () -> {
                    a.tail(DEPTH, SCRATCH);
                    squares(Part.TAIL);
                });
        a.leave();
        return a.finish();
    }

    /// As many rows as a vector has lanes, or what is left of them.
    private void squares(Part part) {
        a.copy(SCRATCH, FROM);
        for (int v = 0; v < TileSize.VECTORS; v++) {
            var square = new ArrayList<Vector>();
            for (int i = 0; i < a.lanes(); i++) {
                square.add(new Vector(i));
                a.load(square.get(i), Place.at(SCRATCH), part);
                a.add(SCRATCH, STRIDE);
            }
            var rows = a.transpose(square, new Vector(a.lanes()));
            var to = Place.at(TO).plus(v * vectorBytes);
            if (part == Part.ALL) {
                storeAll(rows, to);
            } else {
                a.copy(COLUMNS, DEPTH);
                storeSome(rows, 0, to);
            }
        }
    }

    private void storeAll(List<Vector> rows, Place to) {
        for (int i = 0; i < rows.size(); i++) {
            a.store(rows.get(i), to.plus(i * panelBytes), Part.ALL);
        }
    }

    /// Stores rows from one on, as many as are counted.
    private void storeSome(List<Vector> rows, int from, Place to) {
        if (from < rows.size() - 1) {
            a.unlessZero(
                    COLUMNS,
                    () -> {
                        a.store(rows.get(from), to.plus(from * panelBytes), Part.ALL);
                        a.add(COLUMNS, -1);
                        storeSome(rows, from + 1, to);
                    });
        }
    }
}

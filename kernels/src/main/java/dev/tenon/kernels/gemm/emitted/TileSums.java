package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueCode;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.Constant;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Emits what is done with the sums of a tile, which are in the first vector registers, row after
/// row.
///
/// @param rows 1 … [TileSize#rows]
/// @param accumulate whether the sums are added to what is there
record TileSums(VectorAssembler a, int rows, Columns columns, boolean accumulate) {
    /// Registers that the numbers of the rows on the left take turns in.
    private static final int FACTORS = 2;

    /// Sets all sums to 0.
    void clear() {
        for (int i = 0; i < count(); i++) {
            a.set(new Vector(i), new Constant(0));
        }
    }

    /// Adds one row of a panel times one column of the rows on the left.
    ///
    /// @param panel where the row of the panel is
    /// @param left where each row's number is
    void step(Place panel, IntFunction<Place> left) {
        int vectors = columns.vectors();
        int factors = count() + vectors;
        for (int v = 0; v < vectors; v++) {
            a.load(panel(v), panel.plus(v * vectorBytes()), Part.ALL);
        }
        for (int row = 0; row < rows; row++) {
            var factor = new Vector(factors + row % Math.min(FACTORS, a.vectors() - factors));
            a.broadcast(factor, left.apply(row));
            for (int v = 0; v < vectors; v++) {
                a.fma(sum(row, v), factor, panel(v), sum(row, v));
            }
        }
    }

    /// Writes the sums, or what an epilogue makes of them; where not all columns exist, the tail
    /// has to be set.
    ///
    /// @param result where each row goes
    /// @param epilogue that may use [#others]
    void store(IntFunction<Place> result, EpilogueCode epilogue) {
        for (int v = 0; v < columns.vectors(); v++) {
            var part = columns.part(v);
            int bytes = v * vectorBytes();
            epilogue.columns(bytes, part);
            for (int row = 0; row < rows; row++) {
                var to = result.apply(row).plus(bytes);
                accumulate(sum(row, v), to, part);
                a.store(epilogue.apply(sum(row, v), to, bytes, part), to, part);
            }
        }
    }

    private void accumulate(Vector sum, Place to, Part part) {
        if (accumulate && part == Part.TAIL) {
            a.load(panel(0), to, part);
            a.apply(Binary.ADD, sum, sum, panel(0));
        } else if (accumulate) {
            a.apply(Binary.ADD, sum, sum, to);
        }
    }

    /// Registers that hold no sums; the first of them is overwritten where sums are added to what
    /// is there.
    List<Vector> others() {
        return IntStream.range(count(), a.vectors()).mapToObj(Vector::new).toList();
    }

    private int vectorBytes() {
        return a.lanes() * Float.BYTES;
    }

    private int count() {
        return rows * columns.vectors();
    }

    private Vector sum(int row, int vector) {
        return new Vector(row * columns.vectors() + vector);
    }

    private Vector panel(int vector) {
        return new Vector(count() + vector);
    }
}

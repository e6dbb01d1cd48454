package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import java.lang.ref.Reference;

/// Products of a number of rows that consist of runs with a lasting matrix.
///
/// The rows are given by pointers, where each run of each row begins: for each group of runs that a
/// block multiplies, for each tile of rows, run after run, row after row.
public final class RunProduct {
    /// Where results go.
    ///
    /// @param c where the first column of the first row begins
    /// @param column that of all results which it is
    /// @param rowBytes from row to row
    /// @param epilogue its argument, as in [dev.tenon.kernels.gemm.FusedEpilogue]
    public record Results(long c, int column, long rowBytes, long epilogue) {}

    private final RunPanels b;
    private final int rows;
    private final Heights heights;
    private final RunRoutines routines;

    /// For the last block of the matrix.
    private final RunRoutines last;

    /// @param rows how many
    /// @param epilogue what is done to the sums
    public RunProduct(RunPanels b, int rows, EpilogueProgram epilogue) {
        this.b = b;
        this.rows = rows;
        heights = Heights.of(rows);
        routines = RunRoutines.of(EpilogueProgram.NONE);
        last = RunRoutines.of(epilogue);
    }

    /// How the rows are cut into tiles.
    public Heights heights() {
        return heights;
    }

    /// How many pointers there are.
    public int pointers() {
        return rows * b.runs();
    }

    /// Where the pointer of a run of the first row of a tile belongs; those of its other rows
    /// follow.
    ///
    /// @param row the first
    /// @param height rows of the tile
    public int slot(int run, int row, int height) {
        int first = run / b.group() * b.group();
        int runs = Math.min(b.group(), b.runs() - first);
        return first * rows + row * runs + (run - first) * height;
    }

    /// Computes some columns. Nothing is checked.
    ///
    /// @param pointers the address of the pointers
    /// @param panel the first panel of columns
    /// @param columns how many
    public void multiply(long pointers, Results to, int panel, int columns) {
        for (int done = 0; done < columns; done += Panels.WIDTH) {
            int width = Math.min(Panels.WIDTH, columns - done);
            for (int block = 0; block < b.blocks(); block++) {
                multiply(pointers, block, panel + done / Panels.WIDTH, to, done, width);
            }
        }
        Reference.reachabilityFence(b.memory());
    }

    /// One block of one panel of which so many columns exist.
    ///
    /// @param done columns of the results before the panel's
    private void multiply(long pointers, int block, int panel, Results to, int done, int columns) {
        int second = heights.full() * heights.tile();
        int third = second + heights.second();
        int most = heights.tile();
        tiles(pointers, block, panel, to, done, columns, 0, most, heights.full());
        tiles(pointers, block, panel, to, done, columns, second, heights.second(), 1);
        tiles(pointers, block, panel, to, done, columns, third, heights.third(), 1);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            long pointers,
            int block,
            int panel,
            Results to,
            int done,
            int columns,
            int row,
            int height,
            int tiles) {
        if (height == 0 || tiles == 0) {
            return;
        }
        long slot = slot(b.firstRun(block), row, height);
        var part = block == b.blocks() - 1 ? last : routines;
        boolean ends = !part.epilogue().isNone();
        long column = ends ? to.column + done : 0;
        part.tile(height, Columns.of(columns), block > 0)
                .call(
                        pointers + slot * Long.BYTES,
                        b.address(block, panel),
                        to.c + (long) done * Float.BYTES + row * to.rowBytes,
                        column << Integer.SIZE | b.runs(block),
                        (long) b.firstTerm(block) << Integer.SIZE | b.terms(block),
                        ends ? to.epilogue : to.rowBytes,
                        (long) columns << Integer.SIZE | tiles,
                        b.bytesToNext(block, panel));
    }
}

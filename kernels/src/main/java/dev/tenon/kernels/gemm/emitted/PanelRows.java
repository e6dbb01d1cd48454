package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of a number of rows with the panels of a matrix, wherever rows and results begin.
/// Nothing is checked, and nothing is kept reachable.
public final class PanelRows {
    private static final int PANEL = Panels.WIDTH;

    private final int rows;
    private final TileRows tiles;

    /// For the last block of a matrix.
    private final TileRows last;

    /// @param aRowBytes from row to row on the left
    /// @param cRowBytes from row to row of the results
    public PanelRows(GemmRoutines routines, int rows, long aRowBytes, long cRowBytes) {
        this(routines, rows, aRowBytes, cRowBytes, EpilogueProgram.NONE, cRowBytes);
    }

    /// @param epilogue what is done to the sums after the last block
    /// @param results its argument, as in [dev.tenon.kernels.gemm.FusedEpilogue]
    public PanelRows(
            GemmRoutines routines,
            int rows,
            long aRowBytes,
            long cRowBytes,
            EpilogueProgram epilogue,
            long results) {
        this.rows = rows;
        var heights = Heights.of(rows);
        var plain = routines.tiles(EpilogueProgram.NONE);
        var ending = routines.tiles(epilogue);
        tiles = new TileRows(plain, Layout.PANELS, heights, aRowBytes, cRowBytes);
        last = new TileRows(ending, Layout.PANELS, heights, aRowBytes, results);
    }

    /// `c = a · b`, or `c += a · b`, for the rows of one block of `b` and some of its columns.
    ///
    /// @param a the first left-hand number that meets the block
    /// @param c where the results go
    /// @param panel the first
    /// @param columns how many there are from that panel on
    /// @param accumulate whether the products are added to what is there
    public void multiply(
            long a, long c, Panels b, int block, int panel, int columns, boolean accumulate) {
        int depth = b.blockDepth(block);
        int whole = columns / PANEL;
        var part = block == b.blocks() - 1 ? last : tiles;
        int column = panel * PANEL;
        if (rows == 1) {
            row(part, a, c, b, block, panel, whole, accumulate);
        } else if (whole > 0) {
            int before = whole - 1;
            long all = b.panelBytes();
            part.whole(a, b.address(block, panel), c, depth, column, before, all, accumulate);
            long from = b.address(block, panel + before);
            long next = b.bytesToNext(block, panel, panel + before);
            int end = column + before * PANEL;
            part.whole(a, from, to(c, before), depth, end, 1, next, accumulate);
        }
        long behind = b.address(block, panel + whole);
        int rest = column + whole * PANEL;
        part.rest(a, behind, to(c, whole), depth, rest, columns % PANEL, accumulate);
    }

    /// The same for all blocks.
    ///
    /// @param a where the left-hand rows begin
    public void multiplyAll(long a, long c, Panels b, int panel, int columns) {
        for (int block = 0; block < b.blocks(); block++) {
            long from = a + (long) b.blockStart(block) * Float.BYTES;
            multiply(from, c, b, block, panel, columns, block > 0);
        }
    }

    /// One row, by groups of panels.
    private void row(
            TileRows part,
            long a,
            long c,
            Panels b,
            int block,
            int panel,
            int count,
            boolean accumulate) {
        int done = 0;
        while (done < count) {
            int width = Math.min(RowCode.MAX_PANELS, count - done);
            int groups = (count - done) / width;
            part.routines()
                    .row(width, accumulate)
                    .call(
                            a,
                            b.address(block, panel + done),
                            to(c, done),
                            b.blockDepth(block),
                            groups,
                            b.panelBytes(),
                            part.results(),
                            (long) (panel + done) * PANEL * Float.BYTES);
            done += groups * width;
        }
    }

    private static long to(long c, int panels) {
        return c + (long) panels * PANEL * Float.BYTES;
    }
}

package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of a number of rows with the panels of a matrix, wherever rows and results begin.
/// Nothing is checked, and nothing is kept reachable.
public final class PanelRows {
    private static final int PANEL = Panels.WIDTH;

    private final GemmRoutines routines;
    private final int rows;
    private final TileRows tiles;

    /// @param aRowBytes from row to row on the left
    /// @param cRowBytes from row to row of the results
    public PanelRows(GemmRoutines routines, int rows, long aRowBytes, long cRowBytes) {
        this.routines = routines;
        this.rows = rows;
        tiles = new TileRows(routines, Layout.PANELS, Heights.of(rows), aRowBytes, cRowBytes);
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
        if (rows == 1) {
            row(a, c, b, block, panel, whole, accumulate);
        } else if (whole > 0) {
            int last = whole - 1;
            long all = b.panelBytes();
            tiles.whole(a, b.address(block, panel), c, depth, last, all, accumulate);
            long from = b.address(block, panel + last);
            long next = b.bytesToNext(block, panel, panel + last);
            tiles.whole(a, from, to(c, last), depth, 1, next, accumulate);
        }
        long behind = b.address(block, panel + whole);
        tiles.rest(a, behind, to(c, whole), depth, columns % PANEL, accumulate);
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
            long a, long c, Panels b, int block, int panel, int count, boolean accumulate) {
        int done = 0;
        while (done < count) {
            int width = Math.min(RowCode.MAX_PANELS, count - done);
            int groups = (count - done) / width;
            routines.row(width, accumulate)
                    .call(
                            a,
                            b.address(block, panel + done),
                            to(c, done),
                            b.blockDepth(block),
                            groups,
                            b.panelBytes(),
                            0,
                            0);
            done += groups * width;
        }
    }

    private static long to(long c, int panels) {
        return c + (long) panels * PANEL * Float.BYTES;
    }
}

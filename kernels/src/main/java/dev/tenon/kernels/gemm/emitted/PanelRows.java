package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of some rows at an address with the panels of a matrix. Nothing is checked, and nothing
/// is kept reachable.
///
/// @param a the first number of the left-hand rows
/// @param aRowBytes from row to row on the left
/// @param c where the results go
/// @param cRowBytes from row to row of the results
public record PanelRows(
        GemmRoutines routines, int rows, long a, long aRowBytes, long c, long cRowBytes) {
    private static final int PANEL = Panels.WIDTH;

    /// The same results of left-hand rows that begin elsewhere.
    public PanelRows from(long address) {
        return new PanelRows(routines, rows, address, aRowBytes, c, cRowBytes);
    }

    /// `c = a · b`, or `c += a · b`, for the rows of one block of `b` and some of its columns.
    ///
    /// @param panel the first
    /// @param columns how many there are from that panel on
    /// @param accumulate whether the products are added to what is there
    public void multiply(Panels b, int block, int panel, int columns, boolean accumulate) {
        int depth = b.blockDepth(block);
        int whole = columns / PANEL;
        var tiles =
                new TileRows(
                        routines, Layout.PANELS, rows, depth, aRowBytes, cRowBytes, accumulate);
        if (rows == 1) {
            row(b, block, panel, whole, accumulate);
        } else {
            tiles.whole(a, b.address(block, panel), c, whole);
        }
        tiles.rest(a, b.address(block, panel + whole), to(whole), columns % PANEL);
    }

    /// One row, by groups of panels.
    private void row(Panels b, int block, int panel, int count, boolean accumulate) {
        int done = 0;
        while (done < count) {
            int width = Math.min(RowCode.MAX_PANELS, count - done);
            int groups = (count - done) / width;
            routines.row(width, accumulate)
                    .call(
                            a,
                            b.address(block, panel + done),
                            to(done),
                            b.blockDepth(block),
                            groups,
                            0,
                            0,
                            0);
            done += groups * width;
        }
    }

    private long to(int panels) {
        return c + (long) panels * PANEL * Float.BYTES;
    }
}

package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of a number of rows with panels: in tiles of those [Heights]. Nothing is checked.
///
/// @param depth terms of each sum
/// @param aRowBytes from row to row on the left
/// @param cRowBytes from row to row of the results
/// @param accumulate whether the products are added to what is there
record TileRows(
        GemmRoutines routines,
        Layout layout,
        int rows,
        int depth,
        long aRowBytes,
        long cRowBytes,
        boolean accumulate) {
    /// With panels of which all columns exist.
    ///
    /// @param panelBytes from panel to panel, and to what will be read next
    void whole(long a, long b, long c, int panels, long panelBytes) {
        if (panels > 0) {
            multiply(a, b, c, Columns.ALL, panels, panelBytes);
        }
    }

    /// With the first columns of one panel.
    void rest(long a, long b, long c, int columns) {
        if (columns > 0) {
            multiply(a, b, c, Columns.of(columns), columns, 0);
        }
    }

    /// @param count panels, or columns where not all of a panel exist
    private void multiply(long a, long b, long c, Columns columns, int count, long panelBytes) {
        if (rows == 0) {
            return;
        }
        var heights = Heights.of(rows);
        boolean fetches = layout == Layout.PANELS && columns == Columns.ALL;
        var ahead = fetches ? Ahead.of(heights.tiles()) : Ahead.NONE;
        routines.tiles(heights, columns, layout, ahead, accumulate)
                .call(
                        a,
                        b,
                        c,
                        depth,
                        aRowBytes,
                        cRowBytes,
                        (long) count << Integer.SIZE | heights.full(),
                        panelBytes);
    }
}

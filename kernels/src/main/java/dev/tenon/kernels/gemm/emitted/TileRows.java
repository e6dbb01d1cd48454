package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of a number of rows with panels: in tiles of those [Heights]. Nothing is checked.
///
/// @param aRowBytes from row to row on the left
/// @param results the bytes from row to row of the results, or where the table of the routines'
///   epilogue is
record TileRows(
        TileRoutines routines, Layout layout, Heights heights, long aRowBytes, long results) {
    /// With panels of which all columns exist.
    ///
    /// @param depth terms of each sum
    /// @param column of all results that is the first
    /// @param panelBytes from panel to panel, and to what will be read next
    /// @param accumulate whether the products are added to what is there
    void whole(
            long a,
            long b,
            long c,
            int depth,
            int column,
            int panels,
            long panelBytes,
            boolean accumulate) {
        if (panels > 0) {
            multiply(a, b, c, depth, column, Columns.ALL, panels, panelBytes, accumulate);
        }
    }

    /// With the first columns of one panel.
    void rest(long a, long b, long c, int depth, int column, int columns, boolean accumulate) {
        if (columns > 0) {
            multiply(a, b, c, depth, column, Columns.of(columns), columns, 0, accumulate);
        }
    }

    /// @param count panels, or columns where not all of a panel exist
    private void multiply(
            long a,
            long b,
            long c,
            int depth,
            int column,
            Columns columns,
            int count,
            long panelBytes,
            boolean accumulate) {
        if (heights.tiles() == 0) {
            return;
        }
        boolean fetches = layout == Layout.PANELS && columns == Columns.ALL;
        var ahead = fetches ? Ahead.of(heights.tiles()) : Ahead.NONE;
        long first = routines.epilogue().isNone() ? 0 : column;
        routines.tiles(heights, columns, layout, ahead, accumulate)
                .call(
                        a,
                        b,
                        c,
                        first << Integer.SIZE | depth,
                        aRowBytes,
                        results,
                        (long) count << Integer.SIZE | heights.full(),
                        panelBytes);
    }
}

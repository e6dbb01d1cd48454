package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;

/// Products of a number of rows with panels: tiles of six rows, and one or two for what is left, as
/// even as can be. Nothing is checked.
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
    void whole(long a, long b, long c, int panels) {
        if (panels > 0) {
            multiply(a, b, c, Columns.ALL, panels);
        }
    }

    /// With the first columns of one panel.
    void rest(long a, long b, long c, int columns) {
        if (columns > 0) {
            multiply(a, b, c, columns <= TileCode.LANES ? Columns.FEW : Columns.SOME, columns);
        }
    }

    /// @param count panels, or columns where not all of a panel exist
    private void multiply(long a, long b, long c, Columns columns, int count) {
        int full = rows / TileCode.MAX_ROWS;
        int rest = rows % TileCode.MAX_ROWS;
        if (full > 0 && rest > 0 && rest < TileCode.MAX_ROWS / 2) {
            full--;
            rest += TileCode.MAX_ROWS;
        }
        int first = rest > TileCode.MAX_ROWS ? Math.ceilDiv(rest, 2) : rest;
        int row = full * TileCode.MAX_ROWS;
        tiles(a, b, c, 0, TileCode.MAX_ROWS, full, columns, count);
        tiles(a, b, c, row, first, 1, columns, count);
        tiles(a, b, c, row + first, rest - first, 1, columns, count);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            long a, long b, long c, int row, int height, int tiles, Columns columns, int count) {
        if (height > 0 && tiles > 0) {
            routines.tile(height, columns, layout, accumulate)
                    .call(
                            a + row * aRowBytes,
                            b,
                            c + row * cRowBytes,
                            depth,
                            aRowBytes,
                            cRowBytes,
                            tiles,
                            count);
        }
    }
}

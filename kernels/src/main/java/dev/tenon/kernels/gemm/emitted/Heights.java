package dev.tenon.kernels.gemm.emitted;

/// How rows are cut into tiles, one below the other: tiles of six rows, and one or two for what is
/// left, as even as can be.
///
/// @param full tiles of six rows
/// @param second rows of the tile after them, or 0
/// @param third rows of the last tile, or 0
public record Heights(int full, int second, int third) {
    public static Heights of(int rows) {
        int full = rows / TileCode.MAX_ROWS;
        int rest = rows % TileCode.MAX_ROWS;
        if (full > 0 && rest > 0 && rest < TileCode.MAX_ROWS / 2) {
            full--;
            rest += TileCode.MAX_ROWS;
        }
        int second = rest > TileCode.MAX_ROWS ? Math.ceilDiv(rest, 2) : rest;
        return new Heights(full, second, rest - second);
    }

    /// Rows of the tile that begins at a row; 0 at the end.
    public int at(int row) {
        int six = full * TileCode.MAX_ROWS;
        return row < six ? TileCode.MAX_ROWS : row == six ? second : row == six + second ? third : 0;
    }
}

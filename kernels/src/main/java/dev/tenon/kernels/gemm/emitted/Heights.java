package dev.tenon.kernels.gemm.emitted;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How rows are cut into tiles, one below the other: tiles of as many rows as can be, and one or
/// two for what is left, as even as can be.
///
/// @param tile rows of a full tile
/// @param full how many of these there are
/// @param second rows of the tile after them, or 0
/// @param third rows of the last tile, or 0
public record Heights(int tile, int full, int second, int third) {
    public static Heights of(int rows) {
        return of(rows, TileSize.here().rows());
    }

    /// @param tile rows of a full tile
    static Heights of(int rows, int tile) {
        int full = rows / tile;
        int rest = rows % tile;
        if (full > 0 && rest > 0 && rest < tile / 2) {
            full--;
            rest += tile;
        }
        int second = rest > tile ? Math.ceilDiv(rest, 2) : rest;
        return new Heights(tile, full, second, rest - second);
    }

    /// How many different cuts there are at most, whatever the number of full tiles.
    static int kinds(int tile) {
        return 4 * tile;
    }

    /// The cuts of one kind have the same lower tiles, and full ones or none.
    int kind() {
        return 2 * tile * Math.min(full, 1) + second + third;
    }

    int tiles() {
        return full + (second > 0 ? 1 : 0) + (third > 0 ? 1 : 0);
    }

    /// The heights of different tiles, such as `6+4+3`.
    String text() {
        return Stream.of(full > 0 ? tile : 0, second, third)
                .filter(height -> height > 0)
                .map(String::valueOf)
                .collect(Collectors.joining("+"));
    }

    /// Rows of the tile that begins at a row; 0 at the end.
    public int at(int row) {
        int lower = full * tile;
        return row < lower ? tile : row == lower ? second : row == lower + second ? third : 0;
    }
}

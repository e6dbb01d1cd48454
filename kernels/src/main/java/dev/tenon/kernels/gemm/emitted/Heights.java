package dev.tenon.kernels.gemm.emitted;

import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /// How many different cuts there are, whatever the number of full tiles.
    static final int KINDS = 13;

    /// The cuts of one kind have the same lower tiles, and full ones or none.
    int kind() {
        int rest = second + third;
        if (full == 0) {
            return rest - 1;
        }
        return TileCode.MAX_ROWS - 1 + (rest == 0 ? 0 : rest < TileCode.MAX_ROWS ? rest : rest - 1);
    }

    int tiles() {
        return full + (second > 0 ? 1 : 0) + (third > 0 ? 1 : 0);
    }

    /// The heights of different tiles, such as `6+4+3`.
    String text() {
        return Stream.of(full > 0 ? TileCode.MAX_ROWS : 0, second, third)
                .filter(height -> height > 0)
                .map(String::valueOf)
                .collect(Collectors.joining("+"));
    }

    /// Rows of the tile that begins at a row; 0 at the end.
    public int at(int row) {
        int six = full * TileCode.MAX_ROWS;
        return row < six
                ? TileCode.MAX_ROWS
                : row == six ? second : row == six + second ? third : 0;
    }
}

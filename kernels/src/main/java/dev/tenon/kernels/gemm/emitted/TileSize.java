package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.vector.VectorLevel;

/// How large a tile of a product is whose sums stay in registers.
///
/// @param lanes of a vector
/// @param rows at most
public record TileSize(int lanes, int rows) {
    /// Vectors side by side in a panel.
    static final int VECTORS = 2;

    /// Registers that are no sums: a row of the panel, and numbers of the rows on the left.
    private static final int OTHERS = 2 * VECTORS;

    private static final class Holder {
        static final TileSize HERE = of(VectorLevel.here().orElseThrow());
    }

    static TileSize of(VectorLevel level) {
        return new TileSize(level.lanes(), (level.registers() - OTHERS) / VECTORS);
    }

    /// That of this process.
    ///
    /// @throws java.util.NoSuchElementException where no code is emitted
    public static TileSize here() {
        return Holder.HERE;
    }

    /// Columns of a panel.
    int panel() {
        return VECTORS * lanes;
    }
}

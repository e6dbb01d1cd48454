package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Scratch;
import java.util.Arrays;

/// The right-hand matrix of a product, cut into panels of columns. Each row of a panel is an array
/// of its own, so that a loop reads several rows with one index.
///
/// Rows are padded with zeros to a multiple of [GemmTile#DEPTH], panels to a multiple of 8 columns.
public final class PackedMatrix {
    /// Columns of a panel at most: eight rows of results and four of the matrix stay in 32 KiB.
    static final int MAX_WIDTH = 512;

    private static final int LANES = 8;
    private static final int TRANSPOSED_COLUMNS = 16;

    private final int rows;
    private final int columns;
    private final int width;
    private final float[][][] panels;

    private PackedMatrix(int rows, int columns, int width, float[][][] panels) {
        this.rows = rows;
        this.columns = columns;
        this.width = width;
        this.panels = panels;
    }

    public static PackedMatrix pack(MatrixView matrix) {
        int width = width(matrix.columns());
        int depth = GemmTile.paddedDepth(matrix.rows());
        var panels = new float[panels(matrix.columns(), width)][depth][width];
        for (int p = 0; p < panels.length; p++) {
            packPanel(matrix, p * width, width, panels[p]);
        }
        return new PackedMatrix(matrix.rows(), matrix.columns(), width, panels);
    }

    /// The width of the panels of a matrix: as even as can be.
    static int width(int columns) {
        int count = Math.max(1, Math.ceilDiv(columns, MAX_WIDTH));
        return Math.max(LANES, Math.ceilDiv(Math.ceilDiv(columns, count), LANES) * LANES);
    }

    static int panels(int columns, int width) {
        return Math.ceilDiv(columns, width);
    }

    /// Copies columns `from … from+width` into rows; what is outside of the matrix becomes 0.
    static void packPanel(MatrixView matrix, int from, int width, float[][] rows) {
        int count = Math.min(width, matrix.columns() - from);
        int depth = GemmTile.paddedDepth(matrix.rows());
        if (matrix.columnStride() == 1 || matrix.rowStride() != 1) {
            for (int k = 0; k < matrix.rows(); k++) {
                matrix.loadRow(k, from, rows[k], 0, count);
            }
        } else {
            packTransposed(matrix, from, count, rows);
        }
        for (int k = 0; k < matrix.rows(); k++) {
            Arrays.fill(rows[k], count, width, 0);
        }
        for (int k = matrix.rows(); k < depth; k++) {
            Arrays.fill(rows[k], 0, width, 0);
        }
    }

    private static void packTransposed(MatrixView matrix, int from, int count, float[][] rows) {
        try (var scratch = Scratch.open()) {
            var columns = scratch.floatRows(TRANSPOSED_COLUMNS, matrix.rows());
            for (int j = 0; j < count; j += TRANSPOSED_COLUMNS) {
                int n = Math.min(TRANSPOSED_COLUMNS, count - j);
                for (int i = 0; i < n; i++) {
                    matrix.loadColumn(from + j + i, 0, columns[i], 0, matrix.rows());
                }
                for (int k = 0; k < matrix.rows(); k++) {
                    var row = rows[k];
                    for (int i = 0; i < n; i++) {
                        row[j + i] = columns[i][k];
                    }
                }
            }
        }
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /// Columns of a panel, padding included.
    public int width() {
        return width;
    }

    public int panels() {
        return panels.length;
    }

    /// The rows of a panel; not a copy.
    public float[][] panel(int index) {
        return panels[index];
    }
}

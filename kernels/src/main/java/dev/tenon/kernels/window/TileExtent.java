package dev.tenon.kernels.window;

import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.window.LineWindows.Fold;
import dev.tenon.kernels.window.WindowTile.Axis;

/// How many outputs a tile has, so that its sums stay in registers and little is read twice.
///
/// @param rows of outputs
/// @param outputs of a row
record TileExtent(int rows, int outputs) {
    private static final int MAX_ROWS = 3;

    /// Outputs of a row at most.
    private static final int MAX_OUTPUTS = 14;

    private static final int LINE_BYTES = 64;

    /// Positions that lie a multiple of so many bytes apart share two sets of the first-level
    /// cache.
    private static final int SETTING = 2048;

    /// Lines that two sets of eight ways hold.
    private static final int LINES_OF_SETTING = 16;

    /// Fewer outputs of a tile are not worth it.
    private static final int LEAST_OUTPUTS = 3;

    /// For rows of which all lines exist.
    static TileExtent best(Fold fold, ConvShape shape, VectorLevel level) {
        var best = ofRow(fold, shape, level);
        if (fold != Fold.PRODUCT || shape.kernel()[2] > WindowTile.MAX_KEPT) {
            return best;
        }
        for (int rows = 2; rows <= Math.min(MAX_ROWS, completeRows(shape)); rows++) {
            int outputs = outputs(fold, shape, level, rows);
            var extent = new TileExtent(rows, outputs);
            if (outputs > 0 && extent.loads(shape) < best.loads(shape)) {
                best = extent;
            }
        }
        return best;
    }

    /// Of one row.
    static TileExtent ofRow(Fold fold, ConvShape shape, VectorLevel level) {
        return new TileExtent(1, outputs(fold, shape, level, 1));
    }

    private static int completeRows(ConvShape shape) {
        int rows = 0;
        for (int row = 0; row < shape.output()[1]; row++) {
            rows += shape.covered(1, row) == shape.kernel()[1] ? 1 : 0;
        }
        return rows;
    }

    /// Vectors that are loaded for an output, on average.
    private double loads(ConvShape shape) {
        Axis column = LineWindows.axis(shape, 1);
        Axis line = LineWindows.axis(shape, 2);
        int lines = rows == 1 ? column.taps() : column.positions(rows);
        int loads = lines * line.positions(outputs) + column.taps() * line.taps();
        return (double) loads / (rows * outputs);
    }

    /// Outputs of a row of a tile; 0 when there is no room.
    private static int outputs(Fold fold, ConvShape shape, VectorLevel level, int rows) {
        int taps = shape.kernel()[2];
        int other =
                switch (fold) {
                    case PRODUCT ->
                            taps > WindowTile.MAX_KEPT
                                    ? 0
                                    : LineWindows.axis(shape, 1).shared(rows) * taps;
                    case MAX -> 1;
                    case MEAN -> 0;
                };
        // One register is for elements, and one for tails; some are for an epilogue.
        int others = fold == Fold.PRODUCT ? Math.max(other, EpilogueProgram.REGISTERS - 1) : other;
        int room = Math.min(MAX_OUTPUTS, (level.registers() - 2 - others) / rows);
        int most = Math.min(room, ofSetting(shape, level));
        int width = shape.output()[2];
        return most <= 0 || width == 0 ? 0 : Math.ceilDiv(width, Math.ceilDiv(width, most));
    }

    /// Outputs of a row at most. Where all positions fall into few sets of the first-level cache,
    /// and vectors share its lines, a tile has to stay in these.
    private static int ofSetting(ConvShape shape, VectorLevel level) {
        long pixel = (long) shape.channels() * Float.BYTES;
        if (pixel % SETTING != 0 || level.lanes() * Float.BYTES >= LINE_BYTES) {
            return MAX_OUTPUTS;
        }
        int span = (shape.kernel()[2] - 1) * shape.dilation()[2];
        int room = LINES_OF_SETTING / shape.kernel()[1] - span - 1;
        return Math.clamp(room / shape.stride()[2] + 1, LEAST_OUTPUTS, MAX_OUTPUTS);
    }
}

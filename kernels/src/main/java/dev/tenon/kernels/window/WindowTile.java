package dev.tenon.kernels.window;

import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.window.LineWindows.Fold;
import java.util.Locale;

/// A tile of neighbouring outputs, for which [WindowCode] makes a routine.
///
/// @param rows of outputs; those of several rows are sums of products whose weights are kept
/// @param outputs of a row
/// @param column the taps of a window down its lines
/// @param line the taps of a line
/// @param from the first position of a line that exists; 0 is the first tap's of the first output
/// @param to behind the last position that exists
/// @param isNarrow whether a position has fewer channels than a vector
/// @param epilogue what is done to what the windows come to
record WindowTile(
        Fold fold,
        int rows,
        int outputs,
        Axis column,
        Axis line,
        int from,
        int to,
        boolean isNarrow,
        EpilogueProgram epilogue) {
    /// Taps of a window along an axis.
    ///
    /// @param stride from window to window, in positions
    /// @param dilation from tap to tap, in positions
    record Axis(int taps, int stride, int dilation) {
        /// Positions that some neighbouring windows cover.
        int positions(int windows) {
            return (windows - 1) * stride + (taps - 1) * dilation + 1;
        }

        /// The tap of a window that is at a position; -1 where none is.
        int tapOf(int window, int position) {
            int distance = position - window * stride;
            return distance >= 0 && distance % dilation == 0 && distance / dilation < taps
                    ? distance / dilation
                    : -1;
        }

        /// The tap of the first window that is at a position; -1 where none is.
        int tapAt(int position) {
            return tapOf(0, position);
        }

        /// How many taps lie between the first window and the last of some, so that both need them.
        int shared(int windows) {
            return Math.min(taps, (windows - 1) * stride / dilation + 1);
        }

        String text() {
            return taps + (stride == 1 ? "" : "s" + stride) + (dilation == 1 ? "" : "d" + dilation);
        }
    }

    /// Taps of a line whose weights are kept in registers at most.
    static final int MAX_KEPT = 7;

    /// For profilers.
    String name() {
        return String.format(
                Locale.ROOT,
                "window_%s_%dx%d_%sx%s_%d_%d%s%s",
                fold.name().toLowerCase(Locale.ROOT),
                rows,
                outputs,
                column.text(),
                line.text(),
                from,
                to,
                isNarrow ? "_narrow" : "",
                epilogue.name());
    }

    /// Taps of a window.
    int taps() {
        return column.taps * line.taps;
    }

    int sums() {
        return rows * outputs;
    }

    boolean keepsWeights() {
        return fold == Fold.PRODUCT && line.taps <= MAX_KEPT;
    }

    /// Lines of weights that are kept at a time.
    int keptLines() {
        return column.shared(rows);
    }
}

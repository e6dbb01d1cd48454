package dev.tenon.kernels.conv;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.FusedEpilogue;
import org.jspecify.annotations.Nullable;

/// The products of a number of neighbouring windows with the weights of some features: tiles of as
/// many windows as fit into registers, and one of those that are left.
final class NarrowTiles {
    /// Where the results of the windows go.
    ///
    /// @param feature the first, among those of all results
    /// @param outputBytes from the results of one window to those of the next
    record Results(int feature, long outputBytes, FusedEpilogue epilogue) {}

    private final int tiles;
    private final @Nullable Routine tile;
    private final @Nullable Routine rest;

    /// Windows of all tiles but the last, and bytes from the first of them to the one behind.
    private final long outputs;

    private final long bytes;

    private final long outputBytes;
    private final long results;
    private final long features;

    /// @param windows how many, at least one
    /// @param vectors of features
    /// @param lastFeatures of the last vector, where it is not full; else 0
    /// @param run numbers of a line of a window
    /// @param step from window to window, in numbers
    NarrowTiles(int windows, int vectors, int lastFeatures, int run, int step, Results to) {
        int most = NarrowCode.outputs(vectors, windows);
        features = (long) to.feature << Integer.SIZE | lastFeatures;
        outputBytes = to.outputBytes;
        results = to.epilogue.results();
        var epilogue = to.epilogue.program();
        tiles = windows / most;
        outputs = (long) tiles * most;
        bytes = outputs * step * Float.BYTES;
        boolean isFull = lastFeatures == 0;
        tile = routine(tiles == 0 ? 0 : most, vectors, isFull, run, step, epilogue);
        rest = routine(windows % most, vectors, isFull, run, step, epilogue);
    }

    private static @Nullable Routine routine(
            int outputs, int vectors, boolean isFull, int run, int step, EpilogueProgram epilogue) {
        return outputs == 0
                ? null
                : NarrowCode.ROUTINES.get(
                        new NarrowCode.Variant(outputs, vectors, isFull, run, step, epilogue));
    }

    /// Nothing is checked.
    ///
    /// @param x where the first window begins
    /// @param weights those of each number of each line
    /// @param y where the results of the first window go
    /// @param lines of a window, `lineBytes` apart
    void multiply(long x, long weights, long y, long lines, long lineBytes) {
        if (tile != null) {
            tile.call(x, weights, y, lines, lineBytes, tiles, results, features);
        }
        if (rest != null) {
            long to = y + outputs * outputBytes;
            rest.call(x + bytes, weights, to, lines, lineBytes, 1, results, features);
        }
    }
}

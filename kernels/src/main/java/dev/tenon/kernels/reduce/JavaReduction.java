package dev.tenon.kernels.reduce;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Sums;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.reduce.Reduction.Fold;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Reductions in plain Java: whole rows where lines are contiguous, else columns side by side.
final class JavaReduction implements Kernel<Reduction.Query, Reduction> {
    /// Elements of a line that are summed at a time.
    private static final int PIECE = 8192;

    private static final int COLUMNS = 512;

    @Override
    public String name() {
        return "reduce-java";
    }

    @Override
    public Optional<Refusal> refuses(Reduction.Query query) {
        return Optional.empty();
    }

    @Override
    public Reduction bind(Reduction.Query query, Storage storage) {
        var fold = query.fold();
        return (x, y, lines, room) -> {
            if (lines.inner() == 1) {
                return Work.ofRanges(
                        lines.outer(),
                        Math.max(1, PIECE / Math.max(1, lines.length())),
                        (from, count) -> rows(fold, x, y, lines.length(), from, count));
            }
            int pieces = Math.ceilDiv(lines.inner(), COLUMNS);
            return Work.ofChunks(
                    lines.outer() * pieces,
                    i -> columns(fold, x, y, lines, i / pieces, i % pieces * COLUMNS));
        };
    }

    private static void rows(
            Fold fold, MemorySegment x, MemorySegment y, int length, long from, int count) {
        try (var scratch = Scratch.open()) {
            var piece = scratch.floats(Math.min(length, PIECE));
            for (long row = from; row < from + count; row++) {
                double result = start(fold);
                for (int at = 0; at < length; at += PIECE) {
                    int n = Math.min(PIECE, length - at);
                    Memory.load(x, row * length + at, piece, 0, n);
                    result = combine(fold, result, piece, n);
                }
                Memory.set(y, row, (float) finish(fold, result, length));
            }
        }
    }

    private static double start(Fold fold) {
        return switch (fold) {
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
            default -> 0;
        };
    }

    private static double combine(Fold fold, double before, float[] piece, int n) {
        return switch (fold) {
            case SUM, MEAN -> before + Sums.sum(piece, 0, n);
            case MAX -> Math.max(before, Sums.max(piece, 0, n));
            case MIN -> Math.min(before, Sums.min(piece, 0, n));
            case SUM_OF_SQUARES, NORM -> before + Sums.squares(piece, 0, n, 0);
        };
    }

    private static double finish(Fold fold, double value, int length) {
        return switch (fold) {
            case MEAN -> value / length;
            case NORM -> Math.sqrt(value);
            default -> value;
        };
    }

    private static void columns(
            Fold fold, MemorySegment x, MemorySegment y, Lines lines, int outer, int column) {
        int n = Math.min(COLUMNS, lines.inner() - column);
        long start = (long) outer * lines.length() * lines.inner() + column;
        try (var scratch = Scratch.open()) {
            var row = scratch.floats(n);
            var result = scratch.floats(n);
            var sums = scratch.doubles(n);
            Arrays.fill(sums, 0, n, start(fold));
            for (int k = 0; k < lines.length(); k++) {
                Memory.load(x, start + (long) k * lines.inner(), row, 0, n);
                accumulate(fold, sums, row, n);
            }
            for (int j = 0; j < n; j++) {
                result[j] = (float) finish(fold, sums[j], lines.length());
            }
            Memory.store(result, 0, y, (long) outer * lines.inner() + column, n);
        }
    }

    private static void accumulate(Fold fold, double[] sums, float[] row, int n) {
        switch (fold) {
            case SUM, MEAN -> {
                for (int j = 0; j < n; j++) {
                    sums[j] += row[j];
                }
            }
            case MAX -> {
                for (int j = 0; j < n; j++) {
                    sums[j] = Math.max(sums[j], row[j]);
                }
            }
            case MIN -> {
                for (int j = 0; j < n; j++) {
                    sums[j] = Math.min(sums[j], row[j]);
                }
            }
            case SUM_OF_SQUARES, NORM -> {
                for (int j = 0; j < n; j++) {
                    sums[j] += (double) row[j] * row[j];
                }
            }
        }
    }
}

package dev.tenon.kernels.norm;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Sums;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.elementwise.FloatMath;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Softmax in plain Java: several short lines at a time, or several columns of strided lines.
final class JavaSoftmax implements Kernel<Softmax.Query, Softmax> {
    /// Elements worked on at a time, where a line is not longer.
    private static final int PIECE = 2048;

    private static final int COLUMNS = 256;

    @Override
    public String name() {
        return "softmax-java";
    }

    @Override
    public Optional<Refusal> refuses(Softmax.Query query) {
        return Optional.empty();
    }

    @Override
    public Softmax bind(Softmax.Query query, Storage storage) {
        boolean logarithm = query.logarithm();
        return (x, y, lines, room) -> {
            if (lines.isEmpty()) {
                return Work.NONE;
            }
            if (lines.inner() == 1) {
                return Work.ofRanges(
                        lines.outer(),
                        Math.max(1, PIECE / lines.length()),
                        (from, count) -> rows(x, y, from, count, lines.length(), logarithm));
            }
            int pieces = Math.ceilDiv(lines.inner(), COLUMNS);
            return Work.ofChunks(
                    lines.outer() * pieces,
                    i -> columns(x, y, lines, i / pieces, i % pieces * COLUMNS, logarithm));
        };
    }

    private static void rows(
            MemorySegment x, MemorySegment y, long from, int count, int length, boolean logarithm) {
        int size = count * length;
        try (var scratch = Scratch.open()) {
            var piece = scratch.floats(size);
            var powers = logarithm ? scratch.floats(size) : piece;
            Memory.load(x, from * length, piece, 0, size);
            for (int r = 0; r < size; r += length) {
                float max = Sums.max(piece, r, length);
                for (int j = r; j < r + length; j++) {
                    piece[j] -= max;
                }
            }
            FloatMath.exp(piece, powers, size);
            for (int r = 0; r < size; r += length) {
                double sum = Sums.sum(powers, r, length);
                if (logarithm) {
                    float shift = (float) Math.log(sum);
                    for (int j = r; j < r + length; j++) {
                        piece[j] -= shift;
                    }
                } else {
                    float scale = (float) (1 / sum);
                    for (int j = r; j < r + length; j++) {
                        piece[j] *= scale;
                    }
                }
            }
            Memory.store(piece, 0, y, from * length, size);
        }
    }

    private static void columns(
            MemorySegment x,
            MemorySegment y,
            Lines lines,
            int outer,
            int column,
            boolean logarithm) {
        int n = Math.min(COLUMNS, lines.inner() - column);
        long start = (long) outer * lines.length() * lines.inner() + column;
        try (var scratch = Scratch.open()) {
            var max = scratch.floats(n);
            var sum = scratch.floats(n);
            var rows = scratch.floatRows(lines.length(), n);
            Arrays.fill(max, 0, n, Float.NEGATIVE_INFINITY);
            Arrays.fill(sum, 0, n, 0);
            for (int k = 0; k < lines.length(); k++) {
                Memory.load(x, start + (long) k * lines.inner(), rows[k], 0, n);
                max(max, rows[k], n);
            }
            var power = scratch.floats(n);
            for (var row : rows) {
                subtract(row, max, n);
                FloatMath.exp(row, logarithm ? power : row, n);
                add(sum, logarithm ? power : row, n);
            }
            if (logarithm) {
                FloatMath.log(sum, sum, n);
            }
            for (int k = 0; k < lines.length(); k++) {
                if (logarithm) {
                    subtract(rows[k], sum, n);
                } else {
                    divide(rows[k], sum, n);
                }
                Memory.store(rows[k], 0, y, start + (long) k * lines.inner(), n);
            }
        }
    }

    private static void max(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = Math.max(x[j], y[j]);
        }
    }

    private static void add(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] += y[j];
        }
    }

    private static void subtract(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] -= y[j];
        }
    }

    private static void divide(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] /= y[j];
        }
    }
}

package dev.tenon.kernels.resample;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Resamples the last two axes of an `f32` tensor from tables of positions.
public final class Resample {
    private static final int GRAIN = 1 << 14;

    private Resample() {}

    /// What an axis is made of: output position `i` is `first[i]` blended with `second[i]` by
    /// `blend[i]`, which is 0 for the first alone.
    public record Axis(int input, int[] first, int[] second, float[] blend) {
        public int output() {
            return first.length;
        }
    }

    /// Picks one element for each; the second positions are not read.
    public static void nearest(
            MemorySegment x,
            MemorySegment y,
            long images,
            Axis rows,
            Axis columns,
            Workers workers) {
        run(
                y,
                images,
                rows,
                columns,
                workers,
                (image, row, out, scratch) -> {
                    var line = scratch.floats(columns.input());
                    load(x, image, rows, rows.first()[row], columns, line);
                    int[] first = columns.first();
                    for (int j = 0; j < first.length; j++) {
                        out[j] = line[first[j]];
                    }
                });
    }

    /// Blends two elements along each axis.
    public static void linear(
            MemorySegment x,
            MemorySegment y,
            long images,
            Axis rows,
            Axis columns,
            Workers workers) {
        run(
                y,
                images,
                rows,
                columns,
                workers,
                (image, row, out, scratch) -> {
                    var upper = scratch.floats(columns.input());
                    load(x, image, rows, rows.first()[row], columns, upper);
                    float blend = rows.blend()[row];
                    if (blend != 0) {
                        var lower = scratch.floats(columns.input());
                        load(x, image, rows, rows.second()[row], columns, lower);
                        blend(upper, lower, blend, columns.input());
                    }
                    int[] first = columns.first();
                    int[] second = columns.second();
                    float[] weights = columns.blend();
                    for (int j = 0; j < first.length; j++) {
                        float a = upper[first[j]];
                        float w = weights[j];
                        out[j] = w == 0 ? a : a * (1 - w) + upper[second[j]] * w;
                    }
                });
    }

    private static void blend(float[] x, float[] y, float weight, int n) {
        float rest = 1 - weight;
        for (int j = 0; j < n; j++) {
            x[j] = x[j] * rest + y[j] * weight;
        }
    }

    private static void load(
            MemorySegment x, long image, Axis rows, int row, Axis columns, float[] line) {
        Memory.load(x, (image * rows.input() + row) * columns.input(), line, 0, columns.input());
    }

    private interface Line {
        void compute(long image, int row, float[] out, Scratch scratch);
    }

    private static void run(
            MemorySegment y, long images, Axis rows, Axis columns, Workers workers, Line line) {
        if (columns.output() == 0) {
            return;
        }
        int grain = Math.max(1, GRAIN / columns.output());
        workers.forRanges(
                images * rows.output(),
                grain,
                (from, count) -> {
                    for (long i = from; i < from + count; i++) {
                        try (var scratch = Scratch.open()) {
                            var out = scratch.floats(columns.output());
                            line.compute(
                                    i / rows.output(), (int) (i % rows.output()), out, scratch);
                            Memory.store(out, 0, y, i * columns.output(), columns.output());
                        }
                    }
                });
    }
}

package dev.tenon.kernels.resample;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.resample.Resample.Axis;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Resampling with the channels first, in plain Java: a row of one channel at a time.
final class JavaResample implements Kernel<Resample.Query, Resample> {
    private static final int GRAIN = 1 << 14;

    @Override
    public String name() {
        return "resample-java";
    }

    @Override
    public Optional<Refusal> refuses(Resample.Query query) {
        return query.layout() == Layout.CHANNELS_FIRST
                ? Optional.empty()
                : refuse("the channels come last");
    }

    @Override
    public Resample bind(Resample.Query query, Storage storage) {
        return switch (query.mode()) {
            case NEAREST -> (x, y, shape, room) -> lines(y, shape, nearest(x, shape));
            case LINEAR -> (x, y, shape, room) -> lines(y, shape, linear(x, shape));
        };
    }

    private static Line nearest(MemorySegment x, Resample.Shape shape) {
        var rows = shape.rows();
        var columns = shape.columns();
        return (plane, row, out, scratch) -> {
            var line = scratch.floats(columns.input());
            load(x, plane, rows, rows.first()[row], columns, line);
            int[] first = columns.first();
            for (int j = 0; j < first.length; j++) {
                out[j] = line[first[j]];
            }
        };
    }

    private static Line linear(MemorySegment x, Resample.Shape shape) {
        var rows = shape.rows();
        var columns = shape.columns();
        return (plane, row, out, scratch) -> {
            var upper = scratch.floats(columns.input());
            load(x, plane, rows, rows.first()[row], columns, upper);
            float blend = rows.blend()[row];
            if (blend != 0) {
                var lower = scratch.floats(columns.input());
                load(x, plane, rows, rows.second()[row], columns, lower);
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
        };
    }

    private static void blend(float[] x, float[] y, float weight, int n) {
        float rest = 1 - weight;
        for (int j = 0; j < n; j++) {
            x[j] = x[j] * rest + y[j] * weight;
        }
    }

    private static void load(
            MemorySegment x, long plane, Axis rows, int row, Axis columns, float[] line) {
        Memory.load(x, (plane * rows.input() + row) * columns.input(), line, 0, columns.input());
    }

    /// Computes one row of one channel of one image.
    private interface Line {
        void compute(long plane, int row, float[] out, Scratch scratch);
    }

    private static Work lines(MemorySegment y, Resample.Shape shape, Line line) {
        int height = shape.rows().output();
        int width = shape.columns().output();
        if (width == 0) {
            return Work.NONE;
        }
        return Work.ofRanges(
                shape.images() * shape.channels() * height,
                Math.max(1, GRAIN / width),
                (from, count) -> {
                    for (long i = from; i < from + count; i++) {
                        try (var scratch = Scratch.open()) {
                            var out = scratch.floats(width);
                            line.compute(i / height, (int) (i % height), out, scratch);
                            Memory.store(out, 0, y, i * width, width);
                        }
                    }
                });
    }
}

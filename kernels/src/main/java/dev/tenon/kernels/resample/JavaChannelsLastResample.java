package dev.tenon.kernels.resample;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Resampling with the channels last, in plain Java: the channels of one position at a time.
final class JavaChannelsLastResample implements Kernel<Resample.Query, Resample> {
    private static final int GRAIN = 1 << 14;

    @Override
    public String name() {
        return "resample-java-last";
    }

    @Override
    public Optional<Refusal> refuses(Resample.Query query) {
        return query.layout() == Layout.CHANNELS_LAST
                ? Optional.empty()
                : refuse("the channels come first");
    }

    @Override
    public Resample bind(Resample.Query query, Storage storage) {
        boolean linear = query.mode() == Resample.Mode.LINEAR;
        return (x, y, shape, room) -> {
            int width = shape.columns().output();
            int channels = shape.channels();
            if (width == 0 || channels == 0) {
                return Work.NONE;
            }
            var rows = new Rows(x, y, shape);
            return Work.ofRanges(
                    shape.images() * shape.rows().output(),
                    Math.clamp(GRAIN / ((long) width * channels), 1, GRAIN),
                    (from, count) -> {
                        for (long i = from; i < from + count; i++) {
                            rows.compute(i, linear);
                        }
                    });
        };
    }

    private record Rows(MemorySegment x, MemorySegment y, Resample.Shape shape) {
        /// @param index of the row among those of all images
        void compute(long index, boolean linear) {
            var columns = shape.columns();
            int channels = shape.channels();
            int row = (int) (index % shape.rows().output());
            float down = linear ? shape.rows().blend()[row] : 0;
            try (var scratch = Scratch.open()) {
                var out = scratch.floats(channels);
                var right = scratch.floats(channels);
                var below = scratch.floats(channels);
                for (int j = 0; j < columns.output(); j++) {
                    float across = linear ? columns.blend()[j] : 0;
                    mixDown(index, columns.first()[j], down, out, below);
                    if (across != 0) {
                        mixDown(index, columns.second()[j], down, right, below);
                        mix(out, right, across, channels);
                    }
                    long to = (index * columns.output() + j) * channels;
                    Memory.store(out, 0, y, to, channels);
                }
            }
        }

        /// The blend of two rows at one column.
        private void mixDown(long index, int column, float blend, float[] out, float[] below) {
            int row = (int) (index % shape.rows().output());
            long image = index / shape.rows().output();
            load(image, shape.rows().first()[row], column, out);
            if (blend != 0) {
                load(image, shape.rows().second()[row], column, below);
                mix(out, below, blend, shape.channels());
            }
        }

        private void load(long image, int row, int column, float[] to) {
            long line = image * shape.rows().input() + row;
            long at = (line * shape.columns().input() + column) * shape.channels();
            Memory.load(x, at, to, 0, shape.channels());
        }

        private static void mix(float[] x, float[] y, float weight, int n) {
            float rest = 1 - weight;
            for (int j = 0; j < n; j++) {
                x[j] = x[j] * rest + y[j] * weight;
            }
        }
    }
}

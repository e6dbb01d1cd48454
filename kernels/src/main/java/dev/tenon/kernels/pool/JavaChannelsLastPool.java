package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.ConvShape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Pooling with the channels last, in plain Java: the channels of one position at a time.
final class JavaChannelsLastPool implements Kernel<Pool.Query, Pool> {
    /// Elements that one chunk of work reads, about.
    private static final int GRAIN = 1 << 15;

    @Override
    public String name() {
        return "pool-java-last";
    }

    @Override
    public Optional<Refusal> refuses(Pool.Query query) {
        return query.layout() == Layout.CHANNELS_LAST
                ? Optional.empty()
                : refuse("the channels come first");
    }

    @Override
    public Pool bind(Pool.Query query, Storage storage) {
        return new Bound(query.fold());
    }

    private record Bound(Pool.Fold fold) implements Pool {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                int[] after,
                NativeScratch room) {
            if (shape.outputSize() == 0 || shape.channels() == 0) {
                return Work.NONE;
            }
            var windows = new Windows(shape, after);
            int grain = Math.clamp(GRAIN / ((long) shape.channels() * shape.taps()), 1, GRAIN);
            return Work.ofRanges(
                    (long) shape.images() * shape.outputSize(),
                    grain,
                    (from, count) -> {
                        try (var scratch = Scratch.open()) {
                            var sums = scratch.floats(shape.channels());
                            var pixel = scratch.floats(shape.channels());
                            for (long i = from; i < from + count; i++) {
                                position(x, windows, i, sums, pixel);
                                Memory.store(sums, 0, y, i * shape.channels(), shape.channels());
                            }
                        }
                    });
        }

        private void position(
                MemorySegment x, Windows windows, long index, float[] sums, float[] pixel) {
            var shape = windows.shape();
            int channels = shape.channels();
            long image = index / shape.outputSize() * shape.inputSize();
            int[] at = shape.at((int) (index % shape.outputSize()));
            Arrays.fill(sums, 0, channels, fold == Fold.MAX ? Float.NEGATIVE_INFINITY : 0);
            int taps = 0;
            for (int t = 0; t < shape.taps(); t++) {
                int source = shape.source(at, shape.tap(t));
                if (source >= 0) {
                    Memory.load(x, (image + source) * channels, pixel, 0, channels);
                    if (fold == Fold.MAX) {
                        max(sums, pixel, channels);
                    } else {
                        add(sums, pixel, channels);
                    }
                    taps++;
                }
            }
            if (fold != Fold.MAX) {
                divide(sums, fold == Fold.MEAN ? taps : windows.room(at), channels);
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

        private static void divide(float[] x, float divisor, int n) {
            for (int j = 0; j < n; j++) {
                x[j] /= divisor;
            }
        }
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Convolutions in which each feature reads one channel: shifted copies of the channel, added up.
final class DepthwiseConv implements Kernel<Conv.Query, Conv> {
    /// Positions computed at a time, padding included.
    private static final int PIECE = 2048;

    @Override
    public String name() {
        return "conv-depthwise-java";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        var layout = query.notChannelsFirst();
        if (layout.isPresent()) {
            return refuse(layout.get());
        }
        if (query.weights().rank() > 4) {
            return refuse("more than two spatial axes");
        }
        return query.weights().dim(1) == 1 && query.groups() > 1
                ? Optional.empty()
                : refuse("features read more than one channel");
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        return new Bound(query.weights().toFloats());
    }

    private record Bound(float[] weights) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            if (shape.outputSize() == 0) {
                return Work.NONE;
            }
            return Work.ofRanges(
                    (long) shape.images() * shape.features(),
                    Math.max(1, PIECE / shape.outputSize()),
                    (from, count) -> {
                        for (long i = from; i < from + count; i++) {
                            feature(
                                    x,
                                    y,
                                    shape,
                                    epilogue,
                                    (int) (i / shape.features()),
                                    (int) (i % shape.features()));
                        }
                    });
        }

        private void feature(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                int image,
                int feature) {
            int width = shape.output()[2];
            int height = shape.output()[1];
            int rows = Math.clamp(PIECE / (width + shape.kernel()[2]), 1, height);
            int channel = image * shape.channels() + feature / shape.featuresPerGroup();
            for (int row = 0; row < height; row += rows) {
                int end = Math.min(height, row + rows);
                try (var scratch = Scratch.open()) {
                    var padded = new PaddedChannel(shape, row * width, end * width, scratch);
                    padded.load(x, (long) channel * shape.inputSize());
                    var sums =
                            shape.stride()[1] == 1 && shape.stride()[2] == 1
                                    ? unitStride(shape, padded, feature, row, end, scratch)
                                    : strided(shape, padded, feature, row, end, scratch);
                    epilogue.apply(sums, (end - row) * width, feature, row * width);
                    long at =
                            ((long) image * shape.features() + feature) * shape.outputSize()
                                    + (long) row * width;
                    Memory.store(sums, 0, y, at, (end - row) * width);
                }
            }
        }

        /// Whole padded rows at once; what lies between the rows is dropped at the end.
        private float[] unitStride(
                ConvShape shape,
                PaddedChannel padded,
                int feature,
                int row,
                int end,
                Scratch scratch) {
            int width = shape.output()[2];
            int n = (end - row - 1) * padded.width() + width;
            var sums = scratch.floats(n);
            sum(
                    shape,
                    feature,
                    sums,
                    n,
                    scratch,
                    (tap, to) ->
                            System.arraycopy(
                                    padded.elements(), padded.index(0, row, tap), to, 0, n));
            for (int r = 1; r < end - row; r++) {
                System.arraycopy(sums, r * padded.width(), sums, r * width, width);
            }
            return sums;
        }

        private float[] strided(
                ConvShape shape,
                PaddedChannel padded,
                int feature,
                int row,
                int end,
                Scratch scratch) {
            int width = shape.output()[2];
            int n = (end - row) * width;
            var sums = scratch.floats(n);
            sum(
                    shape,
                    feature,
                    sums,
                    n,
                    scratch,
                    (tap, to) -> padded.gather(tap, row * width, end * width, to));
            return sums;
        }

        /// Puts what a tap reads at each position into an array.
        private interface Source {
            void read(int[] tap, float[] to);
        }

        private void sum(
                ConvShape shape, int feature, float[] sums, int n, Scratch scratch, Source source) {
            int taps = shape.taps();
            var rows = scratch.floatRows(3, n);
            Arrays.fill(sums, 0, n, 0);
            for (int t = 0; t < taps; t += 3) {
                int count = Math.min(3, taps - t);
                for (int i = 0; i < count; i++) {
                    int index = t + i;
                    source.read(
                            new int[] {0, index / shape.kernel()[2], index % shape.kernel()[2]},
                            rows[i]);
                }
                int w = feature * taps + t;
                switch (count) {
                    case 3 ->
                            add(
                                    sums,
                                    rows[0],
                                    rows[1],
                                    rows[2],
                                    weights[w],
                                    weights[w + 1],
                                    weights[w + 2],
                                    n);
                    case 2 -> add(sums, rows[0], rows[1], weights[w], weights[w + 1], n);
                    default -> add(sums, rows[0], weights[w], n);
                }
            }
        }

        private static void add(
                float[] d, float[] x, float[] y, float[] z, float a, float b, float c, int n) {
            for (int j = 0; j < n; j++) {
                d[j] = Math.fma(c, z[j], Math.fma(b, y[j], Math.fma(a, x[j], d[j])));
            }
        }

        private static void add(float[] d, float[] x, float[] y, float a, float b, int n) {
            for (int j = 0; j < n; j++) {
                d[j] = Math.fma(b, y[j], Math.fma(a, x[j], d[j]));
            }
        }

        private static void add(float[] d, float[] x, float a, int n) {
            for (int j = 0; j < n; j++) {
                d[j] = Math.fma(a, x[j], d[j]);
            }
        }
    }
}

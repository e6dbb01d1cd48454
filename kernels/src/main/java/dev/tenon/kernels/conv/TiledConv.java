package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.GemmTile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Convolution as a product of the weights with the windows of a tile of positions, which are
/// gathered tile by tile.
final class TiledConv implements Kernel<Conv.Query, Conv> {
    /// Positions of a tile at most.
    private static final int MAX_WIDTH = 512;

    private static final int LANES = 8;

    /// Features computed at a time.
    private static final int FEATURES = 64;

    /// Features of a chunk of work.
    private static final int GRAIN = 32;

    /// With fewer tiles than this, the threads share the features of each tile.
    private static final int MIN_TILES = 8;

    @Override
    public String name() {
        return "conv-java";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        var layout = query.notChannelsFirst();
        if (layout.isPresent()) {
            return refuse(layout.get());
        }
        return query.weights().rank() > 5
                ? refuse("more than three spatial axes")
                : Optional.empty();
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        var weights = query.weights();
        int features = Math.toIntExact(weights.dim(0));
        int terms = features == 0 ? 0 : Math.toIntExact(weights.size() / features);
        int depth = GemmTile.paddedDepth(terms);
        var packed = new float[features * depth];
        for (int f = 0; f < features; f++) {
            Memory.load(weights.segment(), (long) f * terms, packed, f * depth, terms);
        }
        return new Bound(packed, terms, depth);
    }

    /// @param weights the features' weights, each padded to `depth`
    private record Bound(float[] weights, int terms, int depth) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            return workers -> compute(x, y, shape, epilogue, workers);
        }

        private void compute(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            var tiling = Tiling.of(shape, MAX_WIDTH, LANES);
            int width = tiling.width();
            if (tiling.count() >= MIN_TILES) {
                workers.run(
                        tiling.count(),
                        i -> {
                            try (var scratch = Scratch.open()) {
                                var tile =
                                        new Tile(
                                                x,
                                                y,
                                                shape,
                                                epilogue,
                                                tiling.block(i),
                                                tiling.from(i),
                                                width,
                                                scratch);
                                tile.gather(0, shape.channelsPerGroup());
                                tile.multiply(0, shape.featuresPerGroup());
                            }
                        });
            } else {
                for (int i = 0; i < tiling.count(); i++) {
                    try (var scratch = Scratch.open()) {
                        shared(
                                new Tile(
                                        x,
                                        y,
                                        shape,
                                        epilogue,
                                        tiling.block(i),
                                        tiling.from(i),
                                        width,
                                        scratch),
                                workers);
                    }
                }
            }
        }

        /// One tile by several threads: first the windows, then the features.
        private void shared(Tile tile, Workers workers) {
            int channelGrain = Math.max(1, 64 / tile.shape.taps());
            workers.forRanges(
                    tile.shape.channelsPerGroup(),
                    channelGrain,
                    (from, count) -> tile.gather((int) from, count));
            workers.forRanges(
                    tile.shape.featuresPerGroup(),
                    GRAIN,
                    (from, count) -> tile.multiply((int) from, count));
        }

        /// Neighbouring positions of one group of one image.
        private final class Tile {
            private final MemorySegment x;
            private final MemorySegment y;
            private final ConvShape shape;
            private final Epilogue epilogue;
            private final int image;
            private final int group;
            private final int from;
            private final int count;
            private final int width;
            private final float[][] windows;

            Tile(
                    MemorySegment x,
                    MemorySegment y,
                    ConvShape shape,
                    Epilogue epilogue,
                    int block,
                    int from,
                    int width,
                    Scratch scratch) {
                this.x = x;
                this.y = y;
                this.shape = shape;
                this.epilogue = epilogue;
                this.image = block / shape.groups();
                this.group = block % shape.groups();
                this.from = from;
                this.count = Math.min(width, shape.outputSize() - from);
                this.width = width;
                this.windows = scratch.floatRows(depth, width);
                for (int k = terms; k < depth; k++) {
                    Arrays.fill(windows[k], 0, width, 0);
                }
            }

            /// Reads the windows of some channels.
            void gather(int firstChannel, int channels) {
                int taps = shape.taps();
                try (var scratch = Scratch.open()) {
                    var padded =
                            shape.isPointwise()
                                    ? null
                                    : new PaddedChannel(shape, from, from + count, scratch);
                    for (int c = firstChannel; c < firstChannel + channels; c++) {
                        long channel =
                                (long) image * shape.channels()
                                        + (long) group * shape.channelsPerGroup()
                                        + c;
                        long offset = channel * shape.inputSize();
                        if (padded == null) {
                            Memory.load(x, offset + from, windows[c], 0, count);
                            Arrays.fill(windows[c], count, width, 0);
                            continue;
                        }
                        padded.load(x, offset);
                        for (int t = 0; t < taps; t++) {
                            var row = windows[c * taps + t];
                            padded.gather(shape.tap(t), from, from + count, row);
                            Arrays.fill(row, count, width, 0);
                        }
                    }
                }
            }

            /// Computes some features.
            void multiply(int first, int features) {
                try (var scratch = Scratch.open()) {
                    var rows = scratch.floatRows(Math.min(FEATURES, features), width);
                    for (int f = first; f < first + features; f += FEATURES) {
                        int n = Math.min(FEATURES, first + features - f);
                        int feature = group * shape.featuresPerGroup() + f;
                        GemmTile.multiply(rows, n, weights, feature * depth, windows, depth, width);
                        for (int r = 0; r < n; r++) {
                            epilogue.apply(rows[r], count, feature + r, from);
                            long at =
                                    ((long) image * shape.features() + feature + r)
                                                    * shape.outputSize()
                                            + from;
                            Memory.store(rows[r], 0, y, at, count);
                        }
                    }
                }
            }
        }
    }
}

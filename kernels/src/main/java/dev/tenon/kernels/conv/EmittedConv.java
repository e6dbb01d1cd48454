package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import dev.tenon.kernels.gemm.emitted.WindowProduct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Convolution as a product, by machine code, of the weights with the windows of a tile of
/// positions, which are gathered block by block.
final class EmittedConv implements Kernel<Conv.Query, Conv> {
    /// Rows of windows that are multiplied at a time, unless one channel has more.
    private static final int BLOCK_DEPTH = 384;

    /// Features of a chunk of work, where threads share the features of a tile.
    private static final int GRAIN = 96;

    /// With fewer tiles than this, threads share the features of each tile.
    private static final int MIN_TILES = 8;

    private static final int LANES = 16;

    @Override
    public String name() {
        return "conv-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        var layout = query.notChannelsFirst();
        if (layout.isPresent()) {
            return refuse(layout.get());
        }
        if (query.weights().rank() > 5) {
            return refuse("more than three spatial axes");
        }
        return GemmRoutines.here() instanceof Availability.Refused(var reason)
                ? refuse(reason)
                : Optional.empty();
    }

    @Override
    public Conv bind(Conv.Query query) {
        return switch (GemmRoutines.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var routines) -> {
                var weights = query.weights();
                var copy = Arena.ofAuto().allocate(weights.byteSize(), LANES * Float.BYTES);
                copy.copyFrom(weights.segment());
                long features = Math.max(1, weights.dim(0));
                yield new Bound(routines, copy, Math.toIntExact(weights.size() / features));
            }
        };
    }

    /// @param weights a row of `terms` a feature
    private record Bound(GemmRoutines routines, MemorySegment weights, int terms) implements Conv {
        @Override
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            var tiling = Tiling.of(shape, WindowProduct.MAX_COLUMNS, LANES);
            int width = tiling.width();
            if (tiling.count() >= MIN_TILES) {
                workers.run(
                        tiling.count(),
                        i ->
                                new Tile(
                                                this,
                                                x,
                                                y,
                                                shape,
                                                epilogue,
                                                tiling.block(i),
                                                tiling.from(i),
                                                width)
                                        .compute(null, 0, shape.featuresPerGroup()));
            } else {
                for (int i = 0; i < tiling.count(); i++) {
                    new Tile(this, x, y, shape, epilogue, tiling.block(i), tiling.from(i), width)
                            .compute(workers);
                }
            }
        }
    }

    /// Neighbouring positions of one group of one image.
    ///
    /// @param block image and group
    private record Tile(
            Bound bound,
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            Epilogue epilogue,
            int block,
            int from,
            int width) {
        private int image() {
            return block / shape.groups();
        }

        private int group() {
            return block % shape.groups();
        }

        private int count() {
            return Math.min(width, shape.outputSize() - from);
        }

        /// By several threads: first the windows, then the features.
        void compute(Workers workers) {
            int taps = shape.taps();
            int channels = shape.channelsPerGroup();
            try (var scratch = NativeScratch.open()) {
                var windows = WindowProduct.in(scratch, bound.routines, channels * taps, count());
                workers.forRanges(
                        channels,
                        Math.max(1, BLOCK_DEPTH / 2 / Math.max(1, taps)),
                        (c, n) -> gather((int) c, n, windows.part((int) c * taps, n * taps)));
                workers.forRanges(
                        shape.featuresPerGroup(), GRAIN, (f, n) -> compute(windows, (int) f, n));
            }
        }

        /// Some features.
        ///
        /// @param gathered all windows, or null to gather them block by block
        void compute(@Nullable WindowProduct gathered, int first, int features) {
            int feature = group() * shape.featuresPerGroup() + first;
            long row = (long) image() * shape.features() + feature;
            long offset = row * shape.outputSize() + from;
            boolean inPlace = y.isNative() && !y.isReadOnly();
            try (var scratch = NativeScratch.open()) {
                var to = inPlace ? y : scratch.floats((long) features * count());
                long at = inPlace ? offset : 0;
                int stride = inPlace ? shape.outputSize() : count();
                multiply(gathered, feature, features, to, at, stride);
                epilogue.applyTo(to, at, stride, features, count(), feature, from);
                if (!inPlace) {
                    copy(to, features, offset);
                }
            }
        }

        private void multiply(
                @Nullable WindowProduct gathered,
                int feature,
                int features,
                MemorySegment to,
                long offset,
                long stride) {
            int channels = shape.channelsPerGroup();
            int taps = shape.taps();
            int step = Math.max(1, BLOCK_DEPTH / Math.max(1, taps));
            int c = 0;
            do {
                int n = Math.min(step, channels - c);
                try (var inner = NativeScratch.open()) {
                    var windows =
                            gathered == null
                                    ? gather(
                                            c,
                                            n,
                                            WindowProduct.in(
                                                    inner, bound.routines, n * taps, count()))
                                    : gathered.part(c * taps, n * taps);
                    windows.multiply(
                            bound.weights,
                            (long) feature * bound.terms + (long) c * taps,
                            bound.terms,
                            features,
                            to,
                            offset,
                            stride,
                            c > 0);
                }
                c += n;
            } while (c < channels);
        }

        /// Reads the windows of some channels.
        ///
        /// @return the windows
        private WindowProduct gather(int firstChannel, int channels, WindowProduct windows) {
            int taps = shape.taps();
            try (var scratch = Scratch.open()) {
                var row = scratch.floats(width);
                var padded =
                        shape.isPointwise()
                                ? null
                                : new PaddedChannel(shape, from, from + count(), scratch);
                for (int c = 0; c < channels; c++) {
                    long channel =
                            (long) image() * shape.channels()
                                    + (long) group() * shape.channelsPerGroup()
                                    + firstChannel
                                    + c;
                    long offset = channel * shape.inputSize();
                    if (padded == null) {
                        Memory.load(x, offset + from, row, 0, count());
                        windows.set(c, row);
                        continue;
                    }
                    padded.load(x, offset);
                    for (int t = 0; t < taps; t++) {
                        padded.gather(shape.tap(t), from, from + count(), row);
                        windows.set(c * taps + t, row);
                    }
                }
            }
            return windows;
        }

        /// Puts the rows of results where they belong.
        private void copy(MemorySegment rows, int features, long offset) {
            long bytes = (long) count() * Float.BYTES;
            for (int f = 0; f < features; f++) {
                long to = (offset + (long) f * shape.outputSize()) * Float.BYTES;
                MemorySegment.copy(rows, f * bytes, y, to, bytes);
            }
        }
    }
}

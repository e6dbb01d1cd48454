package dev.tenon.kernels.conv;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.emitted.GemmRoutines;
import dev.tenon.kernels.gemm.emitted.GemmRoutines.Availability;
import dev.tenon.kernels.gemm.emitted.WindowProduct;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Convolution as a product, by machine code, of the weights with the windows of a tile of
/// positions, which are gathered block by block.
final class EmittedConv implements EmittedKernel<Conv.Query, Conv> {
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
    public Conv bind(Conv.Query query, Storage storage) {
        return switch (GemmRoutines.here()) {
            case Availability.Refused(var reason) -> throw new IllegalStateException(reason);
            case Availability.Ready(var routines) -> {
                var weights = query.weights();
                var copy = storage.allocate(weights.byteSize(), LANES * Float.BYTES);
                copy.copyFrom(weights.segment());
                long features = Math.max(1, weights.dim(0));
                yield new Bound(
                        routines, storage.share(copy), Math.toIntExact(weights.size() / features));
            }
        };
    }

    /// @param weights a row of `terms` a feature
    private record Bound(GemmRoutines routines, MemorySegment weights, int terms) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            var tiling = Tiling.of(shape, WindowProduct.MAX_COLUMNS, LANES);
            var tiles = new Tile[tiling.count()];
            for (int i = 0; i < tiles.length; i++) {
                int block = tiling.block(i);
                int from = tiling.from(i);
                tiles[i] = new Tile(this, x, y, shape, epilogue, block, from, tiling.width());
            }
            return tiles.length >= MIN_TILES
                    ? Work.ofChunks(
                            tiles.length, i -> tiles[i].compute(0, shape.featuresPerGroup()))
                    : Work.sequence(Stream.of(tiles).map(tile -> shared(tile, room)).toList());
        }

        /// Tiles that are computed one after the other have the same room.
        private static Work shared(Tile tile, NativeScratch room) {
            try (var _ = room.turn()) {
                return tile.shared(room);
            }
        }
    }

    /// Neighbouring positions of one group of one image.
    private static final class Tile {
        private final Bound bound;
        private final MemorySegment x;
        private final MemorySegment y;
        private final ConvShape shape;
        private final Epilogue epilogue;

        /// Image and group.
        private final int block;

        private final int from;
        private final int width;

        /// All windows, where threads share the features; null where they are gathered by blocks.
        private @Nullable MemorySegment gathered;

        Tile(
                Bound bound,
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                int block,
                int from,
                int width) {
            this.bound = bound;
            this.x = x;
            this.y = y;
            this.shape = shape;
            this.epilogue = epilogue;
            this.block = block;
            this.from = from;
            this.width = width;
        }

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
        Work shared(NativeScratch room) {
            int taps = shape.taps();
            int channels = shape.channelsPerGroup();
            var windows = WindowProduct.in(room, channels * taps);
            gathered = windows;
            return Work.sequence(
                    Work.ofRanges(
                            channels,
                            Math.max(1, BLOCK_DEPTH / 2 / Math.max(1, taps)),
                            (c, n) -> gather((int) c, n, windows, (int) c * taps)),
                    Work.ofRanges(shape.featuresPerGroup(), GRAIN, (f, n) -> compute((int) f, n)));
        }

        /// Some features.
        void compute(int first, int features) {
            int feature = group() * shape.featuresPerGroup() + first;
            long row = (long) image() * shape.features() + feature;
            long offset = row * shape.outputSize() + from;
            boolean inPlace = y.isNative() && !y.isReadOnly();
            try (var scratch = NativeScratch.open()) {
                var to = inPlace ? y : scratch.floats((long) features * count());
                long at = inPlace ? offset : 0;
                int stride = inPlace ? shape.outputSize() : count();
                multiply(feature, features, to, at, stride);
                epilogue.applyTo(to, at, stride, features, count(), feature, from);
                if (!inPlace) {
                    copy(to, features, offset);
                }
            }
            Reference.reachabilityFence(bound.weights);
        }

        private void multiply(
                int feature, int features, MemorySegment to, long offset, long stride) {
            int channels = shape.channelsPerGroup();
            int taps = shape.taps();
            int step = Math.max(1, BLOCK_DEPTH / Math.max(1, taps));
            long extent = (features - 1) * stride + count();
            long c = Addresses.of(to, offset, extent);
            var product = new WindowProduct(bound.routines, features, bound.terms, stride);
            int done = 0;
            do {
                int n = Math.min(step, channels - done);
                long a = (long) feature * bound.terms + (long) done * taps;
                long extentA = (features - 1L) * bound.terms + (long) n * taps;
                long from = Addresses.of(bound.weights, a, extentA);
                try (var inner = NativeScratch.open()) {
                    var windows = gathered;
                    int first = done * taps;
                    if (windows == null) {
                        windows = WindowProduct.in(inner, n * taps);
                        first = 0;
                        gather(done, n, windows, 0);
                    }
                    product.multiply(from, windows, first, n * taps, c, count(), done > 0);
                }
                done += n;
            } while (done < channels);
            Reference.reachabilityFence(to);
        }

        /// Reads the windows of some channels.
        ///
        /// @param row of the windows, where the first belongs
        private void gather(int firstChannel, int channels, MemorySegment windows, int row) {
            int taps = shape.taps();
            try (var scratch = Scratch.open()) {
                var elements = scratch.floats(width);
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
                        Memory.load(x, offset + from, elements, 0, count());
                        WindowProduct.set(windows, row + c, elements, count());
                        continue;
                    }
                    padded.load(x, offset);
                    for (int t = 0; t < taps; t++) {
                        padded.gather(shape.tap(t), from, from + count(), elements);
                        WindowProduct.set(windows, row + c * taps + t, elements, count());
                    }
                }
            }
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

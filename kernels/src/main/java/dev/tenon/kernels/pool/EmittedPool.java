package dev.tenon.kernels.pool;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.window.LineWindows;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Pooling with the channels last, by machine code. Windows over three axes, or very wide ones, are
/// left to the kernel in Java.
final class EmittedPool implements EmittedKernel<Pool.Query, Pool> {
    /// Outputs of a chunk of work, about.
    private static final int GRAIN = 1 << 13;

    private final JavaChannelsLastPool java = new JavaChannelsLastPool();

    @Override
    public String name() {
        return "pool-vector-last";
    }

    @Override
    public Optional<Refusal> refuses(Pool.Query query) {
        return java.refuses(query)
                .map(Refusal::reason)
                .or(VectorRoutines::refusal)
                .flatMap(this::refuse);
    }

    @Override
    public Pool bind(Pool.Query query, Storage storage) {
        var general = java.bind(query, storage);
        var fold = query.fold();
        return (x, y, shape, after, room) ->
                shape.images() == 0 || shape.outputSize() == 0 || !isTaken(shape)
                        ? general.prepare(x, y, shape, after, room)
                        : prepare(fold, x, y, new Windows(shape, after), room);
    }

    static boolean isTaken(ConvShape shape) {
        return shape.kernel()[2] <= LineWindows.MAX_TAPS && shape.isPlanar();
    }

    private static Work prepare(
            Pool.Fold fold, MemorySegment x, MemorySegment y, Windows pool, NativeScratch room) {
        var shape = pool.shape();
        var operands = new NativeOperands(room);
        var pooling = Bands.of(fold, pool, operands, room);
        var windows = pooling.windows();
        long planes = (long) shape.images() * shape.channels();
        long from = Addresses.of(operands.read(x), 0, planes * shape.inputSize());
        long to = Addresses.of(operands.written(y), 0, planes * shape.outputSize());
        return operands.around(
                Work.ofRanges(
                        windows.bands(),
                        windows.bandsOf(GRAIN),
                        (first, count) -> pooling.fold(from, to, first, first + count)));
    }

    /// The outputs of images at addresses.
    ///
    /// @param rowBytes of a row of outputs
    /// @param divisors where that of the first output of an image is; 0 where nothing is divided
    record Bands(LineWindows windows, long rowBytes, long divisors) {
        /// @param operands keep the divisors reachable
        static Bands of(Pool.Fold fold, Windows pool, NativeOperands operands, NativeScratch room) {
            boolean max = fold == Pool.Fold.MAX;
            var shape = pool.shape();
            var windows =
                    new LineWindows(max ? LineWindows.Fold.MAX : LineWindows.Fold.MEAN, shape);
            long divisors = max ? 0 : operands.read(table(fold, pool, room)).address();
            long rowBytes = (long) shape.output()[2] * shape.channels() * Float.BYTES;
            return new Bands(windows, rowBytes, divisors);
        }

        /// Folds the bands `first … end-1`.
        ///
        /// @param x where the first image begins
        /// @param y where its outputs begin
        void fold(long x, long y, long first, long end) {
            for (long band = first; band < end; band++) {
                windows.fold(x, y + windows.firstRow(band) * rowBytes, band, divisors);
            }
        }
    }

    /// What each output of an image is divided by.
    private static MemorySegment table(Pool.Fold fold, Windows pool, NativeScratch room) {
        var shape = pool.shape();
        int height = shape.output()[1];
        int width = shape.output()[2];
        boolean covered = fold == Pool.Fold.MEAN;
        var divisors = room.lasting((long) height * width);
        try (var arrays = Scratch.open()) {
            var taps = arrays.ints(width);
            for (int column = 0; column < width; column++) {
                taps[column] = covered ? shape.covered(2, column) : pool.room(2, column);
            }
            var products = arrays.floats(width);
            for (int row = 0; row < height; row++) {
                int lines = covered ? shape.covered(1, row) : pool.room(1, row);
                for (int column = 0; column < width; column++) {
                    products[column] = lines * taps[column];
                }
                Memory.store(products, 0, divisors, (long) row * width, width);
            }
        }
        return divisors;
    }
}

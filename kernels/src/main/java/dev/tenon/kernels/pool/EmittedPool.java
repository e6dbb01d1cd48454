package dev.tenon.kernels.pool;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.window.LineWindows;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// Pooling with the channels last, by machine code. Windows over three axes, or very wide ones, are
/// left to the kernel in Java.
final class EmittedPool implements Kernel<Pool.Query, Pool> {
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
    public Pool bind(Pool.Query query) {
        var general = java.bind(query);
        var fold = query.fold();
        return (x, y, shape, after, workers) -> {
            if (shape.images() == 0 || shape.outputSize() == 0 || !isTaken(shape)) {
                general.run(x, y, shape, after, workers);
                return;
            }
            try (var scratch = NativeScratch.open()) {
                var to = y.isNative() ? y : scratch.floats(y.byteSize() / Float.BYTES);
                run(fold, scratch.reachable(x), to, new Windows(shape, after), workers, scratch);
                if (!y.isNative()) {
                    y.copyFrom(to.asSlice(0, y.byteSize()));
                }
            }
        };
    }

    private static boolean isTaken(ConvShape shape) {
        return shape.kernel()[2] <= LineWindows.MAX_TAPS && shape.isPlanar();
    }

    private static void run(
            Pool.Fold fold,
            MemorySegment x,
            MemorySegment y,
            Windows pool,
            Workers workers,
            NativeScratch scratch) {
        var shape = pool.shape();
        var windows =
                new LineWindows(
                        fold == Pool.Fold.MAX ? LineWindows.Fold.MAX : LineWindows.Fold.MEAN,
                        shape);
        long rowBytes = (long) shape.output()[2] * shape.channels() * Float.BYTES;
        long size = (long) shape.images() * shape.channels();
        long from = Addresses.of(x, 0, size * shape.inputSize());
        long to = Addresses.of(y, 0, size * shape.outputSize());
        var divisors = divisors(fold, pool, scratch);
        workers.forRanges(
                windows.bands(),
                windows.bandsOf(GRAIN),
                (first, count) -> {
                    for (long band = first; band < first + count; band++) {
                        long at = to + windows.firstRow(band) * rowBytes;
                        windows.fold(from, at, band, divisors.address());
                    }
                });
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(y);
        Reference.reachabilityFence(divisors);
    }

    /// What each output of an image is divided by.
    private static MemorySegment divisors(Pool.Fold fold, Windows pool, NativeScratch scratch) {
        if (fold == Pool.Fold.MAX) {
            return MemorySegment.NULL;
        }
        var shape = pool.shape();
        int height = shape.output()[1];
        int width = shape.output()[2];
        boolean covered = fold == Pool.Fold.MEAN;
        var divisors = scratch.floats((long) height * width);
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

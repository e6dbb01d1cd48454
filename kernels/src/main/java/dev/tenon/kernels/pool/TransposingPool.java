package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.move.StridedCopy;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Pooling with the channels first, by turning a few channels at a time so that they come last, and
/// back. Images of very few channels are left to the kernel in Java.
final class TransposingPool implements EmittedKernel<Pool.Query, Pool> {
    /// Channels that are turned at a time: as many as lie in a line of the cache.
    private static final int CHANNELS = 16;

    private static final int MIN_CHANNELS = 8;

    private final JavaPool java = new JavaPool();

    @Override
    public String name() {
        return "pool-avx2-first";
    }

    @Override
    public Optional<Refusal> refuses(Pool.Query query) {
        return java.refuses(query).map(Refusal::reason).or(Avx2::refusal).flatMap(this::refuse);
    }

    @Override
    public Pool bind(Pool.Query query) {
        var last = new EmittedPool().bind(new Pool.Query(query.fold(), Layout.CHANNELS_LAST));
        var general = java.bind(query);
        return (x, y, shape, after, workers) -> {
            if (shape.channels() < MIN_CHANNELS) {
                general.run(x, y, shape, after, workers);
                return;
            }
            int blocks = Math.ceilDiv(shape.channels(), CHANNELS);
            workers.run(
                    Math.multiplyExact(shape.images(), blocks),
                    i -> {
                        // The last block overlaps the one before where that is too small alone.
                        int first = i % blocks * CHANNELS;
                        int count = Math.min(CHANNELS, shape.channels() - first);
                        int back = Math.max(0, MIN_CHANNELS - count);
                        long channel = (long) i / blocks * shape.channels() + first - back;
                        block(last, x, y, of(shape, count + back), after, channel);
                    });
        };
    }

    /// One image of some of the channels.
    private static ConvShape of(ConvShape shape, int channels) {
        return new ConvShape(
                1,
                channels,
                channels,
                channels,
                shape.input(),
                shape.kernel(),
                shape.stride(),
                shape.dilation(),
                shape.before(),
                shape.output());
    }

    /// @param channel the first, of those of all images
    private static void block(
            Pool last,
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            int[] after,
            long channel) {
        int channels = shape.channels();
        int inputs = shape.inputSize();
        int outputs = shape.outputSize();
        try (var scratch = NativeScratch.open()) {
            var turned = scratch.floats((long) channels * inputs);
            StridedCopy.copy(
                    new Place(x, channel * inputs, new long[] {1, inputs}),
                    Place.dense(turned, new long[] {inputs, channels}),
                    new long[] {inputs, channels},
                    Float.BYTES,
                    Workers.CALLER);
            var pooled = scratch.floats((long) channels * outputs);
            last.run(turned, pooled, shape, after, Workers.CALLER);
            StridedCopy.copy(
                    new Place(pooled, 0, new long[] {1, channels}),
                    new Place(y, channel * outputs, new long[] {outputs, 1}),
                    new long[] {channels, outputs},
                    Float.BYTES,
                    Workers.CALLER);
        }
    }
}

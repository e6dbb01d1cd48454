package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.move.StridedCopy;
import dev.tenon.kernels.move.StridedCopy.Place;
import dev.tenon.kernels.vector.VectorRoutines;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Pooling with the channels first, by turning a few channels at a time so that they come last, and
/// back.
final class TransposingPool implements Kernel<Pool.Query, Pool> {
    /// Channels that are turned at a time: as many as lie in a line of the cache.
    private static final int CHANNELS = 16;

    private final JavaPool java = new JavaPool();

    @Override
    public String name() {
        return "pool-vector-first";
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
        var last = new EmittedPool().bind(new Pool.Query(query.fold(), Layout.CHANNELS_LAST));
        return (x, y, shape, after, workers) -> {
            int blocks = Math.ceilDiv(shape.channels(), CHANNELS);
            workers.run(
                    Math.multiplyExact(shape.images(), blocks),
                    i -> {
                        int first = i % blocks * CHANNELS;
                        int count = Math.min(CHANNELS, shape.channels() - first);
                        long channel = (long) i / blocks * shape.channels() + first;
                        block(last, x, y, of(shape, count), after, channel);
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

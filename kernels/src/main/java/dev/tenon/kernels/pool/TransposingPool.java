package dev.tenon.kernels.pool;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.move.Transposition;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// Pooling with the channels first, by turning a few channels at a time so that they come last, and
/// back.
final class TransposingPool implements EmittedKernel<Pool.Query, Pool> {
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
    public Pool bind(Pool.Query query, Storage storage) {
        var general = java.bind(query, storage);
        var fold = query.fold();
        return (x, y, shape, after, room) ->
                shape.images() == 0 || shape.outputSize() == 0 || !EmittedPool.isTaken(shape)
                        ? general.prepare(x, y, shape, after, room)
                        : prepare(fold, x, y, shape, after, room);
    }

    private static Work prepare(
            Pool.Fold fold,
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            int[] after,
            NativeScratch room) {
        var operands = new NativeOperands(room);
        int blocks = Math.ceilDiv(shape.channels(), CHANNELS);
        int whole = Math.min(shape.channels(), CHANNELS);
        int rest = shape.channels() - (blocks - 1) * CHANNELS;
        var others = Block.of(fold, shape, whole, after, operands, room);
        var last = rest == whole ? others : Block.of(fold, shape, rest, after, operands, room);
        long channels = (long) shape.images() * shape.channels();
        long from = Addresses.of(operands.read(x), 0, channels * shape.inputSize());
        long to = Addresses.of(operands.written(y), 0, channels * shape.outputSize());
        return operands.around(
                Work.ofChunks(
                        (long) shape.images() * blocks,
                        i -> {
                            boolean isLast = i % blocks == blocks - 1;
                            long image = (long) i / blocks * shape.channels();
                            long channel = image + (long) i % blocks * CHANNELS;
                            (isLast ? last : others).run(from, to, channel);
                        }));
    }

    /// Some channels of an image.
    private record Block(
            EmittedPool.Bands bands, ConvShape shape, Transposition in, Transposition out) {
        static Block of(
                Pool.Fold fold,
                ConvShape all,
                int channels,
                int[] after,
                NativeOperands operands,
                NativeScratch room) {
            var shape = TransposingPool.of(all, channels);
            return new Block(
                    EmittedPool.Bands.of(fold, new Windows(shape, after), operands, room),
                    shape,
                    Transposition.of(channels, shape.inputSize()),
                    Transposition.of(shape.outputSize(), channels));
        }

        /// @param channel the first, of those of all images
        void run(long from, long to, long channel) {
            int inputs = shape.inputSize();
            int outputs = shape.outputSize();
            try (var scratch = NativeScratch.open()) {
                var turned = scratch.floats((long) shape.channels() * inputs);
                var pooled = scratch.floats((long) shape.channels() * outputs);
                in.run(from + channel * inputs * Float.BYTES, turned.address());
                bands.fold(turned.address(), pooled.address(), 0, bands.windows().bands());
                out.run(pooled.address(), to + channel * outputs * Float.BYTES);
                Reference.reachabilityFence(turned);
                Reference.reachabilityFence(pooled);
            }
        }
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
}

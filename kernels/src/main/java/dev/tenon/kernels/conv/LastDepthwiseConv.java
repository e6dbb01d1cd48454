package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.window.LineWindows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;

/// Channels-last convolution of each channel with one window of its own, by machine code.
final class LastDepthwiseConv implements Kernel<Conv.Query, Conv> {
    /// Outputs of a chunk of work, about; they are still in the cache when the epilogue reads them.
    private static final int GRAIN = 1 << 13;

    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-depthwise-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(() -> reason(query))
                .or(VectorRoutines::refusal)
                .flatMap(this::refuse);
    }

    private static Optional<String> reason(Conv.Query query) {
        var weights = query.weights();
        if (query.channelsPerGroup() != 1 || query.features() != query.groups()) {
            return Optional.of("channels and features are not one to one");
        }
        if (weights.rank() > 4) {
            return Optional.of("more than two spatial axes");
        }
        return weights.dim(weights.rank() - 1) > LineWindows.MAX_TAPS
                ? Optional.of("the window is too wide")
                : Optional.empty();
    }

    @Override
    public Conv bind(Conv.Query query) {
        var packed = LineWindows.pack(query.weights().toFloats(), query.groups());
        var weights = Arena.ofAuto().allocate((long) packed.length * Float.BYTES, ALIGNMENT);
        Memory.store(packed, 0, weights, 0, packed.length);
        return new Bound(weights);
    }

    private record Bound(MemorySegment weights) implements Conv {
        @Override
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            if (shape.images() == 0 || shape.outputSize() == 0) {
                return;
            }
            var windows = new LineWindows(LineWindows.Fold.PRODUCT, shape);
            int width = shape.output()[2];
            try (var scratch = NativeScratch.open()) {
                var in = scratch.reachable(x);
                long inputs = (long) shape.images() * shape.inputSize() * shape.channels();
                long from = Addresses.of(in, 0, inputs);
                workers.forRanges(
                        windows.bands(),
                        windows.bandsOf(GRAIN),
                        (first, count) -> {
                            long row = windows.firstRow(first);
                            long rows = windows.firstRow(first + count) - row;
                            try (var memory = NativeScratch.open()) {
                                var to =
                                        RowTarget.of(
                                                y,
                                                Math.toIntExact(row * width),
                                                (int) rows * width,
                                                shape.channels(),
                                                0,
                                                shape.channels(),
                                                memory);
                                for (long band = first; band < first + count; band++) {
                                    long done = (windows.firstRow(band) - row) * width;
                                    windows.fold(
                                            from,
                                            to.address() + done * to.rowBytes(),
                                            band,
                                            weights.address());
                                }
                                to.finish(epilogue);
                            }
                        });
                Reference.reachabilityFence(in);
                Reference.reachabilityFence(this);
            }
        }
    }
}

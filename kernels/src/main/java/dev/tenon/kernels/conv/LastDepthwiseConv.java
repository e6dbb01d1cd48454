package dev.tenon.kernels.conv;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.window.LineWindows;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Channels-last convolution of each channel with one window of its own, by machine code for AVX2
/// and FMA.
final class LastDepthwiseConv implements EmittedKernel<Conv.Query, Conv> {
    /// Outputs of a chunk of work, about; they are still in the cache when the epilogue reads them.
    private static final int GRAIN = 1 << 13;

    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-depthwise-avx2";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(() -> reason(query))
                .or(Avx2::refusal)
                .flatMap(this::refuse);
    }

    private static Optional<String> reason(Conv.Query query) {
        var weights = query.weights();
        if (query.channelsPerGroup() != 1 || query.features() != query.groups()) {
            return Optional.of("channels and features are not one to one");
        }
        if (query.groups() < LineWindows.MIN_CHANNELS) {
            return Optional.of("fewer than eight channels");
        }
        if (weights.rank() > 4) {
            return Optional.of("more than two spatial axes");
        }
        return weights.dim(weights.rank() - 1) > LineWindows.MAX_TAPS
                ? Optional.of("the window is too wide")
                : Optional.empty();
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        var packed = LineWindows.pack(query.weights().toFloats(), query.groups());
        var weights = storage.allocate((long) packed.length * Float.BYTES, ALIGNMENT);
        Memory.store(packed, 0, weights, 0, packed.length);
        return new Bound(weights);
    }

    private record Bound(MemorySegment weights) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            if (shape.images() == 0 || shape.outputSize() == 0) {
                return Work.NONE;
            }
            var windows = new LineWindows(LineWindows.Fold.PRODUCT, shape);
            int height = shape.output()[1];
            int width = shape.output()[2];
            long image = (long) shape.inputSize() * shape.channels();
            long size = (long) width * shape.channels();
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            long from = Addresses.of(operands.read(x), 0, shape.images() * image);
            long table = operands.read(weights).address();
            int rows = shape.images() * height;
            int grain = Math.clamp(GRAIN / size, 1, GRAIN);
            var targets = new RowTarget[Math.ceilDiv(rows, grain)];
            for (int i = 0; i < targets.length; i++) {
                int count = Math.min(grain, rows - i * grain);
                targets[i] =
                        RowTarget.of(
                                out, (long) i * grain * width, count * width, shape.channels());
            }
            return operands.around(
                    Work.ofChunks(
                            targets.length,
                            i -> {
                                var to = targets[i];
                                for (int j = 0; j < to.rows() / width; j++) {
                                    int row = i * grain + j;
                                    windows.row(
                                            from + row / height * image * Float.BYTES,
                                            to.address() + j * size * Float.BYTES,
                                            row % height,
                                            table);
                                }
                                to.finish(epilogue);
                            }));
        }
    }
}

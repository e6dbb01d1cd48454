package dev.tenon.kernels.conv;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.window.LineWindows;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Channels-last convolution of each channel with one window of its own, by machine code.
final class LastDepthwiseConv implements EmittedKernel<Conv.Query, Conv> {
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
            int width = shape.output()[2];
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            var fused = FusedEpilogue.of(epilogue, out, shape.features(), room);
            var windows = new LineWindows(LineWindows.Fold.PRODUCT, shape, fused);
            long inputs = (long) shape.images() * shape.inputSize() * shape.channels();
            long from = Addresses.of(operands.read(x), 0, inputs);
            long table = operands.read(weights).address();
            int grain = windows.bandsOf(GRAIN);
            var targets = new RowTarget[Math.toIntExact(Math.ceilDiv(windows.bands(), grain))];
            for (int i = 0; i < targets.length; i++) {
                long first = (long) i * grain;
                long row = windows.firstRow(first);
                long rows = windows.firstRow(Math.min(windows.bands(), first + grain)) - row;
                targets[i] = RowTarget.of(out, row * width, (int) rows * width, shape.channels());
            }
            return operands.around(
                    Work.ofRanges(
                            windows.bands(),
                            grain,
                            (first, count) -> {
                                var to = targets[(int) (first / grain)];
                                for (long band = first; band < first + count; band++) {
                                    long done = windows.firstRow(band) * width - to.row();
                                    long at = to.address() + done * to.rowBytes();
                                    windows.fold(from, at, band, table);
                                }
                                to.finish(fused);
                            }));
        }
    }
}

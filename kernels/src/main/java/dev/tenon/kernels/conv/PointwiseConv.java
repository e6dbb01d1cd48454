package dev.tenon.kernels.conv;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Channels-last convolution by a window of one element: the product of all positions' channels
/// with the weights.
final class PointwiseConv implements EmittedKernel<Conv.Query, Conv> {
    @Override
    public String name() {
        return "conv-pointwise";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        var layout = query.notChannelsLast();
        if (layout.isPresent()) {
            return refuse(layout.get());
        }
        if (query.taps() != 1) {
            return refuse("windows have several taps");
        }
        if (query.groups() != 1) {
            return refuse("channels are in groups");
        }
        return query.hasUnitStride() && !query.padded()
                ? Optional.empty()
                : refuse("positions are not the input's");
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        var weights =
                MatrixView.of(
                        query.weights().segment(), 0, query.features(), query.channelsPerGroup());
        var gemm = Gemm.FAMILY.choose(new Gemm.Query(weights.transposed(), 1)).kernel();
        return new Bound(gemm.orElseThrow().bind(new Gemm.Query(weights.transposed(), 1), storage));
    }

    private record Bound(Gemm gemm) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            int positions = Math.multiplyExact(shape.images(), shape.inputSize());
            var rows = MatrixView.of(x, 0, positions, shape.channels());
            return gemm.prepare(Gemm.Call.of(rows, null, y, epilogue), room);
        }
    }
}

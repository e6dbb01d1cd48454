package dev.tenon.kernels.conv;

import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.gemm.emitted.Cut;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.gemm.emitted.RunPanels;
import dev.tenon.kernels.gemm.emitted.RunProduct;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Channels-last convolution by machine code, as the product of all windows with the weights. The
/// windows are read where they are, by a table of addresses.
final class WindowConv implements EmittedKernel<Conv.Query, Conv> {
    private static final int PANEL = Panels.WIDTH;
    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-windows-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(
                        () ->
                                query.weights().rank() > 5
                                        ? Optional.of("more than three spatial axes")
                                        : VectorRoutines.refusal())
                .flatMap(this::refuse);
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        int perGroup = query.features() / query.groups();
        int channels = query.channelsPerGroup();
        int width = Math.toIntExact(query.weights().dim(query.weights().rank() - 1));
        int joined = WindowRuns.joinsTaps(channels, query.groups(), query.dilation()) ? width : 1;
        var panels = new ArrayList<RunPanels>();
        for (int group = 0; group < query.groups(); group++) {
            panels.add(
                    RunPanels.pack(
                            storage,
                            query.taps() / joined,
                            joined * channels,
                            perGroup,
                            rows(query, group * perGroup, perGroup)));
        }
        var zeros = storage.allocate((long) joined * channels * Float.BYTES, ALIGNMENT);
        return new Bound(List.copyOf(panels), zeros);
    }

    /// The weights of some features as a row for each channel of each tap, and a column a feature.
    private static float[] rows(Conv.Query query, int first, int features) {
        int taps = query.taps();
        int channels = query.channelsPerGroup();
        var all = query.weights().toFloats();
        var rows = new float[taps * channels * features];
        int from = first * channels * taps;
        for (int f = 0; f < features; f++) {
            for (int c = 0; c < channels; c++) {
                for (int t = 0; t < taps; t++) {
                    rows[(t * channels + c) * features + f] = all[from++];
                }
            }
        }
        return rows;
    }

    /// @param weights of each group
    /// @param zeros as many as a run has
    private record Bound(List<RunPanels> weights, MemorySegment zeros) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            int positions = Math.multiplyExact(shape.images(), shape.outputSize());
            if (positions == 0 || shape.features() == 0) {
                return Work.NONE;
            }
            var operands = new NativeOperands(room);
            var in = operands.read(x);
            var out = operands.written(y);
            operands.read(zeros);
            Addresses.of(in, 0, (long) shape.images() * shape.inputSize() * shape.channels());
            var first = weights.getFirst();
            var cut = Cut.of(positions, first.panels(), first.depth(), shape.groups());
            var fused = FusedEpilogue.of(epilogue, out, shape.features(), room);
            var pieces = new ArrayList<Piece>();
            for (int group = 0; group < shape.groups(); group++) {
                for (var part : cut.parts()) {
                    pieces.add(piece(in, out, shape, fused, group, part));
                }
            }
            var all = pieces.toArray(Piece[]::new);
            return operands.around(Work.ofChunks(all.length, i -> all[i].run()));
        }

        private Piece piece(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                FusedEpilogue epilogue,
                int group,
                Cut.Part part) {
            var panels = weights.get(group);
            int from = part.panel() * PANEL;
            int columns = Math.min(part.panels() * PANEL, panels.columns() - from);
            int feature = group * shape.featuresPerGroup() + from;
            int row = part.row();
            var to = RowTarget.of(y, row, part.rows(), shape.features(), feature, columns);
            var program = epilogue.program();
            return new Piece(
                    new WindowRuns(
                            shape, x, zeros.address(), group, row, part.rows(), panels, program),
                    to,
                    new RunProduct.Results(
                            to.address(), feature, to.rowBytes(), epilogue.results()),
                    part.panel(),
                    epilogue);
        }
    }

    /// Some features of a group at some positions.
    private record Piece(
            WindowRuns windows,
            RowTarget to,
            RunProduct.Results results,
            int panel,
            FusedEpilogue epilogue) {
        void run() {
            windows.multiply(results, panel, to.columns());
            to.finish(epilogue);
        }
    }
}

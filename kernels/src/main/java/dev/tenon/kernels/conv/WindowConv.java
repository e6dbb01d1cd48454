package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.emitted.Cut;
import dev.tenon.kernels.gemm.emitted.Panels;
import dev.tenon.kernels.gemm.emitted.RunPanels;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Channels-last convolution by machine code, as the product of all windows with the weights. The
/// windows are read where they are, by a table of addresses.
final class WindowConv implements Kernel<Conv.Query, Conv> {
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
    public Conv bind(Conv.Query query) {
        int perGroup = query.features() / query.groups();
        int channels = query.channelsPerGroup();
        int width = Math.toIntExact(query.weights().dim(query.weights().rank() - 1));
        int joined = WindowRuns.joinsTaps(channels, query.groups(), query.dilation()) ? width : 1;
        var panels = new ArrayList<RunPanels>();
        for (int group = 0; group < query.groups(); group++) {
            panels.add(
                    RunPanels.pack(
                            query.taps() / joined,
                            joined * channels,
                            perGroup,
                            rows(query, group * perGroup, perGroup)));
        }
        var zeros = Arena.ofAuto().allocate((long) joined * channels * Float.BYTES, ALIGNMENT);
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
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            int positions = Math.multiplyExact(shape.images(), shape.outputSize());
            if (positions == 0 || shape.features() == 0) {
                return;
            }
            try (var scratch = NativeScratch.open()) {
                var in = scratch.reachable(x);
                var call = new Call(this, in, y, shape, epilogue);
                var first = weights.getFirst();
                var cut = Cut.of(positions, first.panels(), first.depth(), shape.groups());
                workers.run(
                        shape.groups() * cut.chunks(),
                        i -> call.compute(i / cut.chunks(), cut.part(i % cut.chunks())));
            }
        }
    }

    /// @param x native
    private record Call(
            Bound bound, MemorySegment x, MemorySegment y, ConvShape shape, Epilogue epilogue) {
        Call {
            long elements = (long) shape.images() * shape.inputSize() * shape.channels();
            Addresses.of(x, 0, elements);
        }

        /// Computes some features of a group at some positions.
        void compute(int group, Cut.Part part) {
            if (part.rows() == 0 || part.panels() == 0) {
                return;
            }
            var weights = bound.weights.get(group);
            int from = part.panel() * Panels.WIDTH;
            int columns = Math.min(part.panels() * Panels.WIDTH, weights.columns() - from);
            int feature = group * shape.featuresPerGroup() + from;
            try (var arrays = Scratch.open();
                    var memory = NativeScratch.open()) {
                var product =
                        new WindowRuns(
                                        shape,
                                        x,
                                        bound.zeros.address(),
                                        group,
                                        part.row(),
                                        part.rows(),
                                        arrays,
                                        memory)
                                .product(weights, arrays, memory);
                var to =
                        RowTarget.of(
                                y,
                                part.row(),
                                part.rows(),
                                shape.features(),
                                feature,
                                columns,
                                memory);
                product.multiply(to.address(), to.rowBytes(), part.panel(), columns);
                to.finish(epilogue);
            }
            Reference.reachabilityFence(x);
            Reference.reachabilityFence(bound);
        }
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Channels-last convolution of groups of channels by windows of one element, by machine code. The
/// last features of a group are computed together with some before them, so that nothing is masked
/// but groups that do not fill a vector.
final class GroupedPointwiseConv implements Kernel<Conv.Query, Conv> {
    /// Outputs of a chunk of work, about: they and what they read stay in the second-level cache.
    private static final int GRAIN = 1 << 14;

    /// Vectors of features that are computed together at most.
    private static final int MAX_VECTORS = 2;

    /// Channels that are multiplied between two turns of a loop, at most.
    private static final int MAX_RUN = 40;

    /// Positions of a chunk of work at least.
    private static final int MIN_POSITIONS = 14;

    /// Features of a group at least; narrower ones would fill too little of a vector.
    private static final int MIN_FEATURES = 8;

    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-grouped-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(() -> reason(query))
                .or(VectorRoutines::refusal)
                .flatMap(this::refuse);
    }

    private static Optional<String> reason(Conv.Query query) {
        if (query.taps() != 1 || query.padded() || !query.hasUnitStride()) {
            return Optional.of("positions are not the input's");
        }
        if (query.groups() == 1) {
            return Optional.of("there is one group");
        }
        return query.features() / query.groups() < MIN_FEATURES || query.channelsPerGroup() == 0
                ? Optional.of("groups have fewer than eight features")
                : Optional.empty();
    }

    /// The weights of some features.
    ///
    /// @param channel the first of its group
    /// @param last features of the only vector, where it is not full; else 0
    private record Panel(int channel, int feature, int vectors, int last, MemorySegment weights) {}

    @Override
    public Conv bind(Conv.Query query) {
        int lanes = VectorLevel.required().lanes();
        int perGroup = query.features() / query.groups();
        int channels = query.channelsPerGroup();
        var all = query.weights().toFloats();
        var panels = new ArrayList<Panel>();
        for (int group = 0; group < query.groups(); group++) {
            int done = 0;
            while (done < perGroup) {
                int vectors = Math.min(MAX_VECTORS, Math.max(1, perGroup / lanes));
                vectors = Math.min(vectors, Math.ceilDiv(perGroup - done, lanes));
                int count = Math.min(perGroup, vectors * lanes);
                int first = group * perGroup + Math.min(done, perGroup - count);
                var weights = pack(all, channels, first, count, vectors * lanes);
                panels.add(new Panel(group * channels, first, vectors, count % lanes, weights));
                done += count;
            }
        }
        return new Bound(List.copyOf(panels), run(channels));
    }

    /// The greatest number of channels between two turns of a loop that goes into all of them.
    private static int run(int channels) {
        int run = Math.min(channels, MAX_RUN);
        while (channels % run != 0) {
            run--;
        }
        return run;
    }

    /// The weights of some features, a row a channel, filled up with zeros.
    private static MemorySegment pack(float[] all, int channels, int first, int count, int width) {
        long bytes = (long) channels * width * Float.BYTES;
        var packed = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        for (int c = 0; c < channels; c++) {
            for (int f = 0; f < count; f++) {
                Memory.set(packed, (long) c * width + f, all[(first + f) * channels + c]);
            }
        }
        return packed;
    }

    /// @param run channels between two turns of a loop
    private record Bound(List<Panel> panels, int run) implements Conv {
        @Override
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            long positions = (long) shape.images() * shape.outputSize();
            try (var scratch = NativeScratch.open()) {
                var in = scratch.reachable(x);
                long from = Addresses.of(in, 0, positions * shape.channels());
                workers.forRanges(
                        positions,
                        Math.clamp(
                                GRAIN / (shape.features() + shape.channels()),
                                MIN_POSITIONS,
                                GRAIN),
                        (first, count) -> {
                            try (var memory = NativeScratch.open()) {
                                int features = shape.features();
                                var to =
                                        RowTarget.of(
                                                y,
                                                Math.toIntExact(first),
                                                count,
                                                features,
                                                0,
                                                features,
                                                memory);
                                long start = from + first * shape.channels() * Float.BYTES;
                                for (var panel : panels) {
                                    multiply(panel, start, to, shape, count);
                                }
                                to.finish(epilogue);
                            }
                        });
                Reference.reachabilityFence(in);
                Reference.reachabilityFence(this);
            }
        }

        /// The features of a panel at some positions.
        private void multiply(
                Panel panel, long from, RowTarget to, ConvShape shape, int positions) {
            int most = NarrowCode.outputs(panel.vectors, positions);
            int tiles = positions / most;
            long x = from + (long) panel.channel * Float.BYTES;
            long y = to.address() + (long) panel.feature * Float.BYTES;
            if (tiles > 0) {
                tiles(panel, most, x, y, shape, tiles, to.rowBytes());
            }
            int rest = positions % most;
            if (rest > 0) {
                long done = (long) tiles * most;
                long behind = x + done * shape.channels() * Float.BYTES;
                tiles(panel, rest, behind, y + done * to.rowBytes(), shape, 1, to.rowBytes());
            }
        }

        private void tiles(
                Panel panel,
                int outputs,
                long x,
                long y,
                ConvShape shape,
                int tiles,
                long outputBytes) {
            var variant =
                    new NarrowCode.Variant(
                            outputs, panel.vectors, panel.last == 0, run, shape.channels());
            NarrowCode.ROUTINES
                    .get(variant)
                    .call(
                            x,
                            panel.weights.address(),
                            y,
                            shape.channelsPerGroup() / run,
                            (long) run * Float.BYTES,
                            tiles,
                            outputBytes,
                            panel.last);
        }
    }
}

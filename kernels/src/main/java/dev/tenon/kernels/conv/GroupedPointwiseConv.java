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
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Channels-last convolution of groups of channels by windows of one element, by machine code. The
/// last features of a group are computed together with some before them, so that nothing is masked
/// but groups that do not fill a vector.
final class GroupedPointwiseConv implements EmittedKernel<Conv.Query, Conv> {
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
    public Conv bind(Conv.Query query, Storage storage) {
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
                var weights = pack(storage, all, channels, first, count, vectors * lanes);
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
    private static MemorySegment pack(
            Storage storage, float[] all, int channels, int first, int count, int width) {
        long bytes = (long) channels * width * Float.BYTES;
        var packed = storage.allocate(bytes, ALIGNMENT);
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
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            int positions = Math.multiplyExact(shape.images(), shape.outputSize());
            int grain =
                    Math.clamp(GRAIN / (shape.features() + shape.channels()), MIN_POSITIONS, GRAIN);
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            long from = Addresses.of(operands.read(x), 0, (long) positions * shape.channels());
            panels.forEach(panel -> operands.read(panel.weights));
            var fused = FusedEpilogue.of(epilogue, out, shape.features(), room);
            var whole = features(grain, shape, fused);
            int last = positions % grain;
            var rest = last == 0 ? whole : features(last, shape, fused);
            var pieces = new Piece[Math.ceilDiv(positions, grain)];
            for (int i = 0; i < pieces.length; i++) {
                int first = i * grain;
                int count = Math.min(grain, positions - first);
                pieces[i] =
                        new Piece(
                                count == grain ? whole : rest,
                                from + (long) first * shape.channels() * Float.BYTES,
                                RowTarget.of(out, first, count, shape.features()),
                                shape.channelsPerGroup() / run,
                                (long) run * Float.BYTES,
                                fused);
            }
            return operands.around(Work.ofChunks(pieces.length, i -> pieces[i].run()));
        }

        /// The products of some positions with each panel.
        private Features[] features(int positions, ConvShape shape, FusedEpilogue epilogue) {
            long outputBytes = (long) shape.features() * Float.BYTES;
            return panels.stream()
                    .map(
                            panel ->
                                    new Features(
                                            new NarrowTiles(
                                                    positions,
                                                    panel.vectors,
                                                    panel.last,
                                                    run,
                                                    shape.channels(),
                                                    new NarrowTiles.Results(
                                                            panel.feature, outputBytes, epilogue)),
                                            panel.weights.address(),
                                            (long) panel.channel * Float.BYTES,
                                            (long) panel.feature * Float.BYTES))
                    .toArray(Features[]::new);
        }
    }

    /// The products of some positions with the weights of some features.
    ///
    /// @param weights where they are
    /// @param from bytes from the first channel of all to the first of the group
    /// @param to bytes from the first feature of all to the first of these
    private record Features(NarrowTiles tiles, long weights, long from, long to) {}

    /// Some positions.
    ///
    /// @param x where the first begins
    private record Piece(
            Features[] features,
            long x,
            RowTarget to,
            int lines,
            long lineBytes,
            FusedEpilogue epilogue) {
        void run() {
            for (var some : features) {
                some.tiles.multiply(
                        x + some.from, some.weights, to.address() + some.to, lines, lineBytes);
            }
            to.finish(epilogue);
        }
    }
}

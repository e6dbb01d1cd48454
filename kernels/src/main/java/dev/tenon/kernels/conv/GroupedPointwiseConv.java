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
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Channels-last convolution of groups of channels by windows of one element, by machine code for
/// AVX2 and FMA. The last features of a group are computed together with some before them, so that
/// nothing is masked.
final class GroupedPointwiseConv implements EmittedKernel<Conv.Query, Conv> {
    /// Outputs of a chunk of work, about: they and what they read stay in the second-level cache.
    private static final int GRAIN = 1 << 14;

    /// Channels that are multiplied between two turns of a loop, at most.
    private static final int MAX_RUN = 40;

    private static final int LANES = NarrowCode.LANES;
    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-grouped-avx2";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return query.notChannelsLast()
                .or(() -> reason(query))
                .or(Avx2::refusal)
                .flatMap(this::refuse);
    }

    private static Optional<String> reason(Conv.Query query) {
        if (query.taps() != 1 || query.padded() || !query.hasUnitStride()) {
            return Optional.of("positions are not the input's");
        }
        if (query.groups() == 1) {
            return Optional.of("there is one group");
        }
        return query.features() / query.groups() < LANES || query.channelsPerGroup() == 0
                ? Optional.of("groups have fewer than eight features")
                : Optional.empty();
    }

    /// The weights of some features.
    ///
    /// @param channel the first of its group
    private record Panel(int channel, int feature, int vectors, MemorySegment weights) {}

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        int perGroup = query.features() / query.groups();
        int channels = query.channelsPerGroup();
        var all = query.weights().toFloats();
        var panels = new ArrayList<Panel>();
        for (int group = 0; group < query.groups(); group++) {
            int done = 0;
            while (done < perGroup) {
                int vectors = perGroup - done > LANES && perGroup >= 2 * LANES ? 2 : 1;
                int first = group * perGroup + Math.min(done, perGroup - vectors * LANES);
                var weights = pack(storage, all, channels, first, vectors);
                panels.add(new Panel(group * channels, first, vectors, weights));
                done += vectors * LANES;
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

    private static MemorySegment pack(
            Storage storage, float[] all, int channels, int first, int vectors) {
        long bytes = (long) channels * vectors * LANES * Float.BYTES;
        var packed = storage.allocate(bytes, ALIGNMENT);
        int to = 0;
        for (int c = 0; c < channels; c++) {
            for (int f = first; f < first + vectors * LANES; f++) {
                Memory.set(packed, to++, all[f * channels + c]);
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
            int grain = Math.clamp(GRAIN / (shape.features() + shape.channels()), LANES, GRAIN);
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            long from = Addresses.of(operands.read(x), 0, (long) positions * shape.channels());
            panels.forEach(panel -> operands.read(panel.weights));
            var whole = features(grain, shape);
            var rest = features(positions % grain, shape);
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
                                epilogue);
            }
            return operands.around(Work.ofChunks(pieces.length, i -> pieces[i].run()));
        }

        /// The products of some positions with each panel.
        private Features[] features(int positions, ConvShape shape) {
            return panels.stream()
                    .map(
                            panel ->
                                    new Features(
                                            new NarrowTiles(
                                                    positions,
                                                    panel.vectors,
                                                    run,
                                                    shape.channels()),
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
            Epilogue epilogue) {
        void run() {
            for (var some : features) {
                some.tiles.multiply(
                        x + some.from,
                        some.weights,
                        to.address() + some.to,
                        lines,
                        lineBytes,
                        to.rowBytes());
            }
            to.finish(epilogue);
        }
    }
}

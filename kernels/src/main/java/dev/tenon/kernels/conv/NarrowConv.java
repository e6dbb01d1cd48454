package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.EmittedKernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeOperands;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Convolution of images of few channels, such as the first of a network, with a channels-last
/// output, by machine code. The lines that some rows of windows read are copied with their padding;
/// the input may have its channels first or last.
final class NarrowConv implements EmittedKernel<Conv.Query, Conv> {
    private static final int MAX_CHANNELS = 8;

    /// Numbers of a window at most: their weights stay in the first-level cache.
    private static final int MAX_DEPTH = 384;

    /// Outputs of a chunk of work, about.
    private static final int GRAIN = 1 << 14;

    private static final int ALIGNMENT = 64;

    @Override
    public String name() {
        return "conv-narrow-vector";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        return reason(query).or(VectorRoutines::refusal).flatMap(this::refuse);
    }

    private static Optional<String> reason(Conv.Query query) {
        if (query.output() == Layout.CHANNELS_FIRST) {
            return Optional.of("the output is channels-first");
        }
        if (query.groups() != 1 || query.channelsPerGroup() > MAX_CHANNELS) {
            return Optional.of("there are groups, or many channels");
        }
        if (query.weights().rank() > 4 || Arrays.stream(query.dilation()).anyMatch(d -> d != 1)) {
            return Optional.of("windows are dilated or have more than two axes");
        }
        if (query.features() == 0 || query.channelsPerGroup() == 0) {
            return Optional.of("there are no channels or no features");
        }
        return query.channelsPerGroup() * query.taps() > MAX_DEPTH
                ? Optional.of("windows are large")
                : Optional.empty();
    }

    /// The weights of some features.
    ///
    /// @param first feature
    /// @param lanes features of a vector
    private record Panel(int first, int count, int lanes, MemorySegment weights) {
        int vectors() {
            return Math.ceilDiv(count, lanes);
        }

        /// Features of the last vector that is not full, or 0.
        int last() {
            return count % lanes;
        }
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        var panels = new ArrayList<Panel>();
        var all = query.weights().toFloats();
        int lanes = VectorLevel.required().lanes();
        int first = 0;
        while (first < query.features()) {
            int rest = Math.ceilDiv(query.features() - first, lanes);
            int vectors = rest % 2 == 0 ? 2 : Math.min(rest, NarrowCode.MAX_VECTORS);
            int count = Math.min(vectors * lanes, query.features() - first);
            var weights = pack(storage, query, all, first, count, vectors * lanes);
            panels.add(new Panel(first, count, lanes, weights));
            first += count;
        }
        return new Bound(query.input(), List.copyOf(panels));
    }

    /// The weights of some features in the order of [NarrowLines], filled up with zeros.
    private static MemorySegment pack(
            Storage storage, Conv.Query query, float[] all, int first, int count, int width) {
        int channels = query.channelsPerGroup();
        int columns = Math.toIntExact(query.weights().dim(query.weights().rank() - 1));
        int taps = query.taps();
        boolean last = query.input() == Layout.CHANNELS_LAST;
        long bytes = (long) taps * channels * width * Float.BYTES;
        var packed = storage.allocate(bytes, ALIGNMENT);
        for (int i = 0; i < taps * channels; i++) {
            int line = i / (columns * channels);
            int rest = i % (columns * channels);
            int channel = last ? rest % channels : rest / columns;
            int tap = line * columns + (last ? rest / channels : rest % columns);
            for (int f = 0; f < count; f++) {
                float weight = all[((first + f) * channels + channel) * taps + tap];
                Memory.set(packed, (long) i * width + f, weight);
            }
        }
        return packed;
    }

    private record Bound(Layout input, List<Panel> panels) implements Conv {
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
            int height = shape.output()[1];
            int width = shape.output()[2];
            int rows = Math.clamp(GRAIN / ((long) width * shape.features()), 1, height);
            var operands = new NativeOperands(room);
            var out = operands.written(y);
            var in = operands.read(x);
            panels.forEach(panel -> operands.read(panel.weights));
            var lines = new NarrowLines(shape, input);
            var fused = FusedEpilogue.of(epilogue, out, shape.features(), room);
            var tiles = tiles(lines, shape, fused);
            var pieces = new ArrayList<Piece>();
            for (int image = 0; image < shape.images(); image++) {
                for (int row = 0; row < height; row += rows) {
                    int count = Math.min(rows, height - row);
                    long first = ((long) image * height + row) * width;
                    var to = RowTarget.of(out, first, count * width, shape.features());
                    pieces.add(new Piece(lines, tiles, in, image, row, count, to, fused));
                }
            }
            var all = pieces.toArray(Piece[]::new);
            return operands.around(Work.ofChunks(all.length, i -> all[i].run()));
        }

        /// The products of one row of outputs with each panel.
        private Features[] tiles(NarrowLines lines, ConvShape shape, FusedEpilogue epilogue) {
            long outputBytes = (long) shape.features() * Float.BYTES;
            return panels.stream()
                    .map(
                            panel ->
                                    new Features(
                                            new NarrowTiles(
                                                    shape.output()[2],
                                                    panel.vectors(),
                                                    panel.last(),
                                                    lines.run(),
                                                    lines.step(),
                                                    new NarrowTiles.Results(
                                                            panel.first, outputBytes, epilogue)),
                                            panel.weights.address(),
                                            (long) panel.first * Float.BYTES))
                    .toArray(Features[]::new);
        }
    }

    /// The products of one row of outputs with the weights of some features.
    ///
    /// @param weights where they are
    /// @param bytes from the first feature of all to the first of these
    private record Features(NarrowTiles tiles, long weights, long bytes) {}

    /// Some rows of outputs of one image.
    private record Piece(
            NarrowLines lines,
            Features[] features,
            MemorySegment x,
            int image,
            int row,
            int rows,
            RowTarget to,
            FusedEpilogue epilogue) {
        void run() {
            try (var scratch = NativeScratch.open()) {
                var memory = scratch.floats(lines.size(rows));
                lines.load(x, image, row, rows, memory);
                long rowBytes = to.rows() / rows * to.rowBytes();
                for (var some : features) {
                    for (int i = 0; i < rows; i++) {
                        some.tiles.multiply(
                                memory.address() + i * lines.rowStep(),
                                some.weights,
                                to.address() + i * rowBytes + some.bytes,
                                lines.runs(),
                                lines.lineBytes());
                    }
                }
                to.finish(epilogue);
                Reference.reachabilityFence(memory);
            }
        }
    }
}

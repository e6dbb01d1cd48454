package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Convolution of images of few channels, such as the first of a network, with a channels-last
/// output, by machine code. The lines that some rows of windows read are copied with their padding;
/// the input may have its channels first or last.
final class NarrowConv implements Kernel<Conv.Query, Conv> {
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
    public Conv bind(Conv.Query query) {
        var panels = new ArrayList<Panel>();
        var all = query.weights().toFloats();
        int lanes = VectorLevel.required().lanes();
        int first = 0;
        while (first < query.features()) {
            int rest = Math.ceilDiv(query.features() - first, lanes);
            int vectors = rest % 2 == 0 ? 2 : Math.min(rest, NarrowCode.MAX_VECTORS);
            int count = Math.min(vectors * lanes, query.features() - first);
            var weights = pack(query, all, first, count, vectors * lanes);
            panels.add(new Panel(first, count, lanes, weights));
            first += count;
        }
        return new Bound(query.input(), List.copyOf(panels));
    }

    /// The weights of some features in the order of [NarrowLines], filled up with zeros.
    private static MemorySegment pack(
            Conv.Query query, float[] all, int first, int count, int width) {
        int channels = query.channelsPerGroup();
        int columns = Math.toIntExact(query.weights().dim(query.weights().rank() - 1));
        int taps = query.taps();
        boolean last = query.input() == Layout.CHANNELS_LAST;
        long bytes = (long) taps * channels * width * Float.BYTES;
        var packed = Arena.ofAuto().allocate(bytes, ALIGNMENT);
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
        public void run(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                Workers workers) {
            if (shape.images() == 0 || shape.outputSize() == 0) {
                return;
            }
            int height = shape.output()[1];
            long rowSize = (long) shape.output()[2] * shape.features();
            int rows = Math.clamp(GRAIN / rowSize, 1, height);
            int chunks = Math.ceilDiv(height, rows);
            workers.run(
                    shape.images() * chunks,
                    i -> {
                        int row = i % chunks * rows;
                        int count = Math.min(rows, height - row);
                        rows(x, y, shape, epilogue, i / chunks, row, count);
                    });
        }

        private void rows(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                int image,
                int row,
                int count) {
            int width = shape.output()[2];
            try (var scratch = NativeScratch.open()) {
                var lines = NarrowLines.of(shape, input, count, scratch);
                lines.load(x, image, row);
                var to =
                        RowTarget.of(
                                y,
                                (image * shape.output()[1] + row) * width,
                                count * width,
                                shape.features(),
                                0,
                                shape.features(),
                                scratch);
                for (var panel : panels) {
                    for (int i = 0; i < count; i++) {
                        long offset = (long) i * width * to.rowBytes();
                        long goal = to.address() + offset + (long) panel.first * Float.BYTES;
                        multiply(lines, i, panel, goal, shape, to.rowBytes());
                    }
                }
                to.finish(epilogue);
                Reference.reachabilityFence(lines);
            }
            Reference.reachabilityFence(this);
        }

        /// The features of a panel of one row of outputs.
        private static void multiply(
                NarrowLines lines, int row, Panel panel, long to, ConvShape shape, long bytes) {
            int most = NarrowCode.outputs(panel.vectors(), shape.output()[2]);
            int tiles = shape.output()[2] / most;
            int rest = shape.output()[2] % most;
            long from = lines.address(row);
            if (tiles > 0) {
                tiles(lines, most, panel, from, to, tiles, bytes);
            }
            if (rest > 0) {
                long done = (long) tiles * most;
                from += done * lines.step() * Float.BYTES;
                tiles(lines, rest, panel, from, to + done * bytes, 1, bytes);
            }
        }

        private static void tiles(
                NarrowLines lines,
                int outputs,
                Panel panel,
                long from,
                long to,
                int tiles,
                long bytes) {
            var variant =
                    new NarrowCode.Variant(
                            outputs, panel.vectors(), panel.last() == 0, lines.run(), lines.step());
            NarrowCode.ROUTINES
                    .get(variant)
                    .call(
                            from,
                            panel.weights.address(),
                            to,
                            lines.runs(),
                            lines.lineBytes(),
                            tiles,
                            bytes,
                            panel.last());
        }
    }
}

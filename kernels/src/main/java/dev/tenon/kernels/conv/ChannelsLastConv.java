package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.GemmTile;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Convolution with a channels-last output in plain Java: the product of the windows of some
/// positions, gathered as rows, with the weights.
final class ChannelsLastConv implements Kernel<Conv.Query, Conv> {
    /// Positions of a chunk of work.
    private static final int GRAIN = 32;

    @Override
    public String name() {
        return "conv-last-java";
    }

    @Override
    public Optional<Refusal> refuses(Conv.Query query) {
        if (query.output() == Layout.CHANNELS_FIRST) {
            return refuse("the output is channels-first");
        }
        return query.weights().rank() > 5
                ? refuse("more than three spatial axes")
                : Optional.empty();
    }

    @Override
    public Conv bind(Conv.Query query, Storage storage) {
        int channels = query.channelsPerGroup();
        int taps = query.taps();
        int perGroup = query.features() / query.groups();
        int depth = GemmTile.paddedDepth(channels * taps);
        var all = query.weights().toFloats();
        var weights = new float[query.groups()][depth][perGroup];
        for (int f = 0; f < query.features(); f++) {
            for (int c = 0; c < channels; c++) {
                for (int t = 0; t < taps; t++) {
                    weights[f / perGroup][t * channels + c][f % perGroup] =
                            all[(f * channels + c) * taps + t];
                }
            }
        }
        return new Bound(weights, depth, query.input());
    }

    /// @param weights for each group a row of its features' weights for each channel of each tap
    /// @param depth the rows of a group, filled up with zeros
    private record Bound(float[][][] weights, int depth, Layout input) implements Conv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            return Work.ofRanges(
                    (long) shape.images() * shape.outputSize(),
                    GRAIN,
                    (first, count) -> positions(x, y, shape, epilogue, first, count));
        }

        private void positions(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                long first,
                int count) {
            int features = shape.features();
            int perGroup = shape.featuresPerGroup();
            try (var scratch = Scratch.open()) {
                var windows = scratch.floats(count * depth);
                var sums = scratch.floatRows(count, perGroup);
                var rows = scratch.floats(count * features);
                Arrays.fill(windows, 0, count * depth, 0);
                for (int group = 0; group < shape.groups(); group++) {
                    for (int i = 0; i < count; i++) {
                        gather(x, shape, first + i, group, windows, i * depth);
                    }
                    GemmTile.multiply(sums, count, windows, 0, weights[group], depth, perGroup);
                    for (int i = 0; i < count; i++) {
                        System.arraycopy(
                                sums[i], 0, rows, i * features + group * perGroup, perGroup);
                    }
                }
                epilogue.applyAll(rows, count, features, first, 0);
                Memory.store(rows, 0, y, first * features, count * features);
            }
        }

        /// Reads the window of one position, tap by tap, into a row.
        private void gather(
                MemorySegment x,
                ConvShape shape,
                long position,
                int group,
                float[] windows,
                int at) {
            int channels = shape.channelsPerGroup();
            long image = position / shape.outputSize();
            var cursor = shape.at((int) (position % shape.outputSize()));
            for (int t = 0; t < shape.taps(); t++) {
                int source = shape.source(cursor, shape.tap(t));
                int to = at + t * channels;
                long channel = image * shape.channels() + (long) group * channels;
                if (source < 0) {
                    Arrays.fill(windows, to, to + channels, 0);
                } else if (input == Layout.CHANNELS_FIRST) {
                    long from = channel * shape.inputSize() + source;
                    Memory.loadStrided(x, from, shape.inputSize(), windows, to, channels);
                } else {
                    long from =
                            (image * shape.inputSize() + source) * shape.channels()
                                    + (long) group * channels;
                    Memory.load(x, from, windows, to, channels);
                }
            }
        }
    }
}

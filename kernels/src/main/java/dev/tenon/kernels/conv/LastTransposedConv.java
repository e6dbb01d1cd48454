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
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Channels-last transposed convolution in plain Java: each output position adds up the products of
/// the input elements whose windows cover it.
final class LastTransposedConv implements Kernel<TransposedConv.Query, TransposedConv> {
    /// Multiplications of a chunk of work, about.
    private static final int GRAIN = 1 << 18;

    @Override
    public String name() {
        return "transposed-conv-java-last";
    }

    @Override
    public Optional<Refusal> refuses(TransposedConv.Query query) {
        if (query.layout() == Layout.CHANNELS_FIRST) {
            return refuse("the channels come first");
        }
        return query.weights().rank() > 5
                ? refuse("more than three spatial axes")
                : Optional.empty();
    }

    @Override
    public TransposedConv bind(TransposedConv.Query query, Storage storage) {
        int taps = query.taps();
        int channels = Math.toIntExact(query.weights().dim(0));
        int perGroup = Math.toIntExact(query.weights().dim(1));
        var all = query.weights().toFloats();
        var rows = new float[taps * channels][perGroup];
        for (int c = 0; c < channels; c++) {
            for (int f = 0; f < perGroup; f++) {
                for (int t = 0; t < taps; t++) {
                    rows[t * channels + c][f] = all[(c * perGroup + f) * taps + t];
                }
            }
        }
        return new Bound(rows);
    }

    /// @param weights for each channel of each tap those of its group's features
    private record Bound(float[][] weights) implements TransposedConv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            if (shape.features() == 0) {
                return Work.NONE;
            }
            long work =
                    Math.max(1, (long) weights.length * shape.featuresPerGroup() / shape.taps());
            return Work.ofRanges(
                    (long) shape.images() * shape.outputSize(),
                    Math.clamp(GRAIN / work, 1, 1024),
                    (from, count) -> {
                        try (var scratch = Scratch.open()) {
                            int features = shape.features();
                            var sums = scratch.floats(count * features);
                            for (int i = 0; i < count; i++) {
                                position(x, shape, from + i, sums, i * features);
                            }
                            epilogue.applyAll(sums, count, features, from, 0);
                            Memory.store(sums, 0, y, from * features, count * features);
                        }
                    });
        }

        private void position(MemorySegment x, ConvShape shape, long index, float[] to, int at) {
            int channels = shape.channels();
            int perGroup = shape.featuresPerGroup();
            long image = index / shape.outputSize();
            int[] place = shape.at((int) (index % shape.outputSize()));
            try (var scratch = Scratch.open()) {
                var pixel = scratch.floats(channels);
                var sums = scratch.floatRows(shape.groups(), perGroup);
                for (var row : sums) {
                    Arrays.fill(row, 0, perGroup, 0);
                }
                for (int t = 0; t < shape.taps(); t++) {
                    int source = shape.spreading(place, shape.tap(t));
                    if (source < 0) {
                        continue;
                    }
                    Memory.load(
                            x, (image * shape.inputSize() + source) * channels, pixel, 0, channels);
                    for (int c = 0; c < channels; c++) {
                        var row = sums[c / shape.channelsPerGroup()];
                        add(row, weights[t * channels + c], pixel[c], perGroup);
                    }
                }
                for (int g = 0; g < shape.groups(); g++) {
                    System.arraycopy(sums[g], 0, to, at + g * perGroup, perGroup);
                }
            }
        }

        private static void add(float[] sums, float[] weights, float factor, int n) {
            for (int j = 0; j < n; j++) {
                sums[j] = Math.fma(factor, weights[j], sums[j]);
            }
        }
    }
}

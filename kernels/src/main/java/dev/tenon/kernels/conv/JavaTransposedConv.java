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

/// Transposed convolution as a product of the weights with tiles of positions, whose rows are added
/// to the output where their tap puts them.
final class JavaTransposedConv implements Kernel<TransposedConv.Query, TransposedConv> {
    /// Input positions of a tile at most.
    private static final int MAX_WIDTH = 512;

    private static final int LANES = 8;

    @Override
    public String name() {
        return "transposed-conv-java";
    }

    @Override
    public Optional<Refusal> refuses(TransposedConv.Query query) {
        if (query.layout() == Layout.CHANNELS_LAST) {
            return refuse("the channels come last");
        }
        return query.weights().rank() > 5
                ? refuse("more than three spatial axes")
                : Optional.empty();
    }

    @Override
    public TransposedConv bind(TransposedConv.Query query, Storage storage) {
        var weights = query.weights();
        int channels = Math.toIntExact(weights.dim(0) / query.groups());
        int rows = Math.toIntExact(weights.size() / Math.max(1, weights.dim(0)));
        int depth = GemmTile.paddedDepth(channels);
        var values = weights.toFloats();
        var packed = new float[query.groups() * rows * depth];
        for (int g = 0; g < query.groups(); g++) {
            for (int c = 0; c < channels; c++) {
                for (int r = 0; r < rows; r++) {
                    packed[(g * rows + r) * depth + c] = values[(g * channels + c) * rows + r];
                }
            }
        }
        return new Bound(packed, depth);
    }

    /// @param weights for each feature and tap the weights of the channels, padded to `depth`
    private record Bound(float[] weights, int depth) implements TransposedConv {
        @Override
        public Work prepare(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                NativeScratch room) {
            if (shape.outputSize() == 0 || shape.images() == 0) {
                return Work.NONE;
            }
            int grain = Math.max(1, GemmTile.ROWS / shape.taps());
            int chunks = Math.ceilDiv(shape.featuresPerGroup(), grain);
            return Work.ofChunks(
                    (long) shape.images() * shape.groups() * chunks,
                    i -> {
                        int block = i / chunks;
                        int first = i % chunks * grain;
                        int count = Math.min(grain, shape.featuresPerGroup() - first);
                        int group = block % shape.groups();
                        features(
                                x,
                                y,
                                shape,
                                epilogue,
                                block / shape.groups(),
                                group,
                                group * shape.featuresPerGroup() + first,
                                count);
                    });
        }

        private void features(
                MemorySegment x,
                MemorySegment y,
                ConvShape shape,
                Epilogue epilogue,
                int image,
                int group,
                int first,
                int count) {
            int taps = shape.taps();
            int size = shape.outputSize();
            try (var scratch = Scratch.open()) {
                var planes = scratch.floatRows(count, size);
                for (var plane : planes) {
                    Arrays.fill(plane, 0, size, 0);
                }
                int width = Math.min(MAX_WIDTH, Math.ceilDiv(shape.inputSize(), LANES) * LANES);
                var input = scratch.floatRows(depth, width);
                var sums = scratch.floatRows(count * taps, width);
                for (int from = 0; from < shape.inputSize(); from += width) {
                    int n = Math.min(width, shape.inputSize() - from);
                    load(x, shape, image, group, from, n, width, input);
                    GemmTile.multiply(
                            sums, count * taps, weights, first * taps * depth, input, depth, width);
                    for (int row = 0; row < count * taps; row++) {
                        spread(shape, sums[row], row % taps, from, n, planes[row / taps]);
                    }
                }
                for (int f = 0; f < count; f++) {
                    epilogue.apply(planes[f], size, first + f, 0);
                    Memory.store(
                            planes[f],
                            0,
                            y,
                            ((long) image * shape.features() + first + f) * size,
                            size);
                }
            }
        }

        private static void load(
                MemorySegment x,
                ConvShape shape,
                int image,
                int group,
                int from,
                int n,
                int width,
                float[][] rows) {
            int channels = shape.channelsPerGroup();
            long base = (long) image * shape.channels() + (long) group * channels;
            for (int c = 0; c < rows.length; c++) {
                int loaded = c < channels ? n : 0;
                if (loaded > 0) {
                    Memory.load(x, (base + c) * shape.inputSize() + from, rows[c], 0, n);
                }
                Arrays.fill(rows[c], loaded, width, 0);
            }
        }

        /// Adds what one tap gets from neighbouring input positions.
        private static void spread(
                ConvShape shape, float[] sums, int tap, int from, int count, float[] plane) {
            int[] input = shape.input();
            int[] output = shape.output();
            int[] kernel = shape.kernel();
            int position = from;
            while (position < from + count) {
                int ix = position % input[2];
                int n = Math.min(input[2] - ix, from + count - position);
                int z =
                        target(
                                shape,
                                0,
                                position / input[2] / input[1],
                                tap / (kernel[1] * kernel[2]));
                int y =
                        target(
                                shape,
                                1,
                                position / input[2] % input[1],
                                tap / kernel[2] % kernel[1]);
                if (z >= 0 && z < output[0] && y >= 0 && y < output[1]) {
                    int row = (z * output[1] + y) * output[2];
                    int ox = target(shape, 2, ix, tap % kernel[2]);
                    for (int j = 0; j < n; j++, ox += shape.stride()[2]) {
                        if (ox >= 0 && ox < output[2]) {
                            plane[row + ox] += sums[position - from + j];
                        }
                    }
                }
                position += n;
            }
        }

        private static int target(ConvShape shape, int axis, int position, int tap) {
            return position * shape.stride()[axis]
                    - shape.before()[axis]
                    + tap * shape.dilation()[axis];
        }
    }
}

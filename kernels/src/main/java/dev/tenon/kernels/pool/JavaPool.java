package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Storage;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.conv.ConvShape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Pooling in plain Java: whole rows of a channel are folded tap by tap.
final class JavaPool implements Kernel<Pool.Query, Pool> {
    private static final int PIECE = 4096;

    @Override
    public String name() {
        return "pool-java";
    }

    @Override
    public Optional<Refusal> refuses(Pool.Query query) {
        return query.layout() == Layout.CHANNELS_FIRST
                ? Optional.empty()
                : refuse("the channels come last");
    }

    @Override
    public Pool bind(Pool.Query query, Storage storage) {
        return (x, y, shape, after, room) -> {
            if (shape.outputSize() == 0) {
                return Work.NONE;
            }
            return Work.ofRanges(
                    (long) shape.images() * shape.channels(),
                    Math.max(1, PIECE / Math.max(1, shape.inputSize())),
                    (from, count) -> {
                        for (long channel = from; channel < from + count; channel++) {
                            channel(query.fold(), x, y, shape, after, channel);
                        }
                    });
        };
    }

    private static void channel(
            Pool.Fold fold,
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            int[] after,
            long channel) {
        int[] output = shape.output();
        try (var scratch = Scratch.open()) {
            var input = scratch.floats(shape.inputSize());
            Memory.load(x, channel * shape.inputSize(), input, 0, shape.inputSize());
            var row = scratch.floats(output[2]);
            var counts = scratch.floats(output[2]);
            for (int z = 0; z < output[0]; z++) {
                for (int r = 0; r < output[1]; r++) {
                    row(fold, input, shape, z, r, row, counts);
                    if (fold == Pool.Fold.MEAN_WITH_PADDING) {
                        countPadded(shape, after, z, r, counts);
                    }
                    if (fold != Pool.Fold.MAX) {
                        divide(row, counts, output[2]);
                    }
                    long at = channel * shape.outputSize() + ((long) z * output[1] + r) * output[2];
                    Memory.store(row, 0, y, at, output[2]);
                }
            }
        }
    }

    private static void row(
            Pool.Fold fold,
            float[] input,
            ConvShape shape,
            int z,
            int r,
            float[] row,
            float[] counts) {
        int[] in = shape.input();
        int[] kernel = shape.kernel();
        int n = shape.output()[2];
        Arrays.fill(row, 0, n, fold == Pool.Fold.MAX ? Float.NEGATIVE_INFINITY : 0);
        Arrays.fill(counts, 0, n, 0);
        for (int kz = 0; kz < kernel[0]; kz++) {
            int plane = source(shape, 0, z, kz);
            for (int ky = 0; ky < kernel[1]; ky++) {
                int line = source(shape, 1, r, ky);
                if (plane < 0 || plane >= in[0] || line < 0 || line >= in[1]) {
                    continue;
                }
                int base = (plane * in[1] + line) * in[2];
                for (int kx = 0; kx < kernel[2]; kx++) {
                    tap(fold, input, base, shape, kx, row, counts);
                }
            }
        }
    }

    private static int source(ConvShape shape, int axis, int position, int tap) {
        return position * shape.stride()[axis]
                - shape.before()[axis]
                + tap * shape.dilation()[axis];
    }

    private static void tap(
            Pool.Fold fold,
            float[] input,
            int base,
            ConvShape shape,
            int kx,
            float[] row,
            float[] counts) {
        int stride = shape.stride()[2];
        int first = source(shape, 2, 0, kx);
        int width = shape.input()[2];
        int from = first >= 0 ? 0 : Math.ceilDiv(-first, stride);
        int to = Math.min(shape.output()[2], first >= width ? 0 : (width - 1 - first) / stride + 1);
        int at = base + first;
        if (fold == Pool.Fold.MAX) {
            for (int j = from; j < to; j++) {
                row[j] = Math.max(row[j], input[at + j * stride]);
            }
        } else {
            for (int j = from; j < to; j++) {
                row[j] += input[at + j * stride];
                counts[j]++;
            }
        }
    }

    /// How many taps lie in the padded input.
    private static void countPadded(ConvShape shape, int[] after, int z, int r, float[] counts) {
        var windows = new Windows(shape, after);
        float others = windows.room(0, z) * windows.room(1, r);
        for (int j = 0; j < shape.output()[2]; j++) {
            counts[j] = others * windows.room(2, j);
        }
    }

    private static void divide(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] /= y[j];
        }
    }
}

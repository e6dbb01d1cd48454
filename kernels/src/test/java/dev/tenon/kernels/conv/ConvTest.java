package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Every kernel that takes a convolution, and its transpose, against plain loops.
class ConvTest {
    private static final int TRIALS = 150;

    @Test
    void agreesWithLoops() {
        var random = new Random(1);
        var used = new java.util.HashSet<String>();
        for (int trial = 0; trial < TRIALS; trial++) {
            var shape = draw(random);
            var x = values(random, shape.images() * shape.channels() * shape.inputSize());
            var w = values(random, shape.features() * shape.channelsPerGroup() * shape.taps());
            var expected = new double[shape.images() * shape.features() * shape.outputSize()];
            pairs(
                    shape,
                    (input, weight, output) -> expected[output] += (double) x[input] * w[weight]);
            var weights = weights(w, shape.features(), shape.channelsPerGroup(), shape);
            for (var input : Layout.values()) {
                for (var output : Layout.values()) {
                    if (output == Layout.CHANNELS_FIRST && input != output) {
                        continue;
                    }
                    var query = Conv.Query.of(weights, shape, input, output);
                    assertTrue(Conv.FAMILY.choose(query).kernel().isPresent());
                    for (var kernel : Conv.FAMILY.kernels()) {
                        if (kernel.refuses(query).isEmpty()) {
                            used.add(kernel.name());
                            check(kernel, query, shape, x, expected);
                        }
                    }
                }
            }
        }
        assertTrue(
                used.containsAll(List.of("conv-java", "conv-last-java", "conv-pointwise")),
                used::toString);
    }

    private static void check(
            Kernel<Conv.Query, Conv> kernel,
            Conv.Query query,
            ConvShape shape,
            float[] x,
            double[] expected) {
        int outputs = shape.outputSize();
        boolean last = query.output() == Layout.CHANNELS_LAST;
        var elements =
                query.input() == Layout.CHANNELS_LAST
                        ? channelsLast(x, shape.channels(), shape.inputSize())
                        : x;
        var y = Tensor.of(new float[expected.length], expected.length);
        // Adds 1000 times the feature and, to channels-last results, the position's number.
        Epilogue epilogue =
                (row, count, m, from) -> {
                    for (int i = 0; i < count; i++) {
                        row[i] += last ? m + 1000f * (from + i) : 1000f * m;
                    }
                };
        kernel.bind(query)
                .run(
                        Tensor.of(elements, elements.length).segment(),
                        y.segment(),
                        shape,
                        epilogue,
                        Workers.CALLER);
        var got = y.toDoubles();
        for (int i = 0; i < got.length; i++) {
            int row = i / outputs;
            int position = row / shape.features() * outputs + i % outputs;
            int feature = row % shape.features();
            double want = expected[i] + 1000.0 * feature + (last ? position : 0);
            int at = last ? position * shape.features() + feature : i;
            assertEquals(want, got[at], 1e-2, () -> kernel.name() + " " + shape + " " + query);
        }
    }

    /// Each channel's numbers in turn become each position's.
    private static float[] channelsLast(float[] x, int channels, int positions) {
        var result = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            int image = i / (channels * positions);
            int channel = i / positions % channels;
            result[(image * positions + i % positions) * channels + channel] = x[i];
        }
        return result;
    }

    @Test
    void transposeAgreesWithLoops() {
        var random = new Random(2);
        for (int trial = 0; trial < TRIALS; trial++) {
            var forward = draw(random);
            var shape =
                    new ConvShape(
                            forward.images(),
                            forward.features(),
                            forward.channels(),
                            forward.groups(),
                            forward.output(),
                            forward.kernel(),
                            forward.stride(),
                            forward.dilation(),
                            forward.before(),
                            forward.input());
            var x = values(random, shape.images() * shape.channels() * shape.inputSize());
            var w = values(random, shape.channels() * shape.featuresPerGroup() * shape.taps());
            var expected = new double[shape.images() * shape.features() * shape.outputSize()];
            pairs(
                    forward,
                    (output, weight, input) -> expected[output] += (double) x[input] * w[weight]);
            var query =
                    new TransposedConv.Query(
                            weights(w, shape.channels(), shape.featuresPerGroup(), shape),
                            shape.groups(),
                            false,
                            Layout.CHANNELS_FIRST);
            var kernel = TransposedConv.FAMILY.choose(query).kernel().orElseThrow();
            var y = Tensor.of(new float[expected.length], expected.length);
            kernel.bind(query)
                    .run(
                            Tensor.of(x, x.length).segment(),
                            y.segment(),
                            shape,
                            Epilogue.NONE,
                            Workers.CALLER);
            assertArrayEquals(expected, y.toDoubles(), 1e-4, shape::toString);
        }
    }

    private static Tensor weights(float[] w, int first, int second, ConvShape shape) {
        int[] k = shape.kernel();
        return k[0] == 1 && shape.input()[0] == 1 && shape.output()[0] == 1
                ? Tensor.of(w, first, second, k[1], k[2])
                : Tensor.of(w, first, second, k[0], k[1], k[2]);
    }

    private static ConvShape draw(Random random) {
        boolean depthwise = random.nextInt(3) == 0;
        int groups = depthwise ? 1 + random.nextInt(5) : 1 + random.nextInt(2);
        int channels = groups * (depthwise ? 1 : 1 + random.nextInt(3));
        int features = groups * (1 + random.nextInt(3));
        boolean deep = random.nextInt(6) == 0 && !depthwise;
        boolean pointwise = random.nextInt(4) == 0;
        var input = new int[3];
        var kernel = new int[3];
        var stride = new int[3];
        var dilation = new int[3];
        var before = new int[3];
        var output = new int[3];
        for (int axis = 0; axis < 3; axis++) {
            boolean flat = axis == 0 && !deep;
            boolean still = flat || pointwise;
            kernel[axis] = still ? 1 : 1 + random.nextInt(3);
            stride[axis] = still ? 1 : 1 + random.nextInt(2);
            dilation[axis] = flat ? 1 : 1 + random.nextInt(2);
            before[axis] = still ? 0 : random.nextInt(3);
            int after = still ? 0 : random.nextInt(3);
            int span = (kernel[axis] - 1) * dilation[axis] + 1;
            int largest = axis == 2 && !deep ? 40 : 6;
            input[axis] =
                    flat ? 1 : Math.max(1, span - before[axis] - after) + random.nextInt(largest);
            output[axis] = (input[axis] + before[axis] + after - span) / stride[axis] + 1;
        }
        return new ConvShape(
                1 + random.nextInt(2),
                channels,
                features,
                groups,
                input,
                kernel,
                stride,
                dilation,
                before,
                output);
    }

    private interface Pair {
        void visit(int input, int weight, int output);
    }

    /// Visits every element of the input that a weight takes to an element of the output.
    private static void pairs(ConvShape s, Pair pair) {
        for (int image = 0; image < s.images(); image++) {
            for (int feature = 0; feature < s.features(); feature++) {
                for (int c = 0; c < s.channelsPerGroup(); c++) {
                    int channel = feature / s.featuresPerGroup() * s.channelsPerGroup() + c;
                    int x = (image * s.channels() + channel) * s.inputSize();
                    int w = (feature * s.channelsPerGroup() + c) * s.taps();
                    int y = (image * s.features() + feature) * s.outputSize();
                    for (int tap = 0; tap < s.taps(); tap++) {
                        for (int position = 0; position < s.outputSize(); position++) {
                            int source = source(s, position, tap);
                            if (source >= 0) {
                                pair.visit(x + source, w + tap, y + position);
                            }
                        }
                    }
                }
            }
        }
    }

    private static int source(ConvShape s, int position, int tap) {
        int index = 0;
        int[] at = coordinates(position, s.output());
        int[] t = coordinates(tap, s.kernel());
        for (int axis = 0; axis < 3; axis++) {
            int x = at[axis] * s.stride()[axis] - s.before()[axis] + t[axis] * s.dilation()[axis];
            if (x < 0 || x >= s.input()[axis]) {
                return -1;
            }
            index = index * s.input()[axis] + x;
        }
        return index;
    }

    private static int[] coordinates(int index, int[] extents) {
        return new int[] {
            index / extents[2] / extents[1], index / extents[2] % extents[1], index % extents[2]
        };
    }

    private static float[] values(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /// Shapes that a fused tile boundary falls in are drawn too seldom.
    @Test
    void tilesOfLargeImagesMeet() {
        var random = new Random(3);
        var shape =
                new ConvShape(
                        1,
                        2,
                        3,
                        1,
                        new int[] {1, 50, 47},
                        new int[] {1, 3, 3},
                        new int[] {1, 1, 1},
                        new int[] {1, 1, 1},
                        new int[] {0, 1, 1},
                        new int[] {1, 50, 47});
        var x = values(random, 2 * 50 * 47);
        var w = values(random, 3 * 2 * 9);
        var expected = new double[3 * 50 * 47];
        pairs(shape, (input, weight, output) -> expected[output] += (double) x[input] * w[weight]);
        var y = Tensor.of(new float[expected.length], expected.length);
        var query =
                Conv.Query.of(
                        weights(w, 3, 2, shape),
                        shape,
                        Layout.CHANNELS_FIRST,
                        Layout.CHANNELS_FIRST);
        Conv.FAMILY
                .choose(query)
                .kernel()
                .orElseThrow()
                .bind(query)
                .run(
                        Tensor.of(x, x.length).segment(),
                        y.segment(),
                        shape,
                        Epilogue.NONE,
                        Workers.CALLER);
        assertArrayEquals(expected, y.toDoubles(), 1e-4);
    }
}

package dev.tenon.kernels.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.base.Layout;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every kernel against the definition of pooling, its operands between guard pages.
class PoolTest {
    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    private static final float[] SPECIAL = {
        Float.NaN,
        Float.intBitsToFloat(0xFFC00000),
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        0f,
        -0f
    };

    @ParameterizedTest
    @EnumSource(Layout.class)
    void randomShapes(Layout layout) {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 300; i++) {
            var random = new Random(seed + i);
            var windowed =
                    Shapes.depthwise(
                            random, 1 + random.nextInt(3), random.nextInt(4) == 0 ? 70 : 20, 1);
            var fold = Pool.Fold.values()[random.nextInt(3)];
            try {
                check(fold, layout, windowed, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + fold + " " + windowed.shape(), e);
            }
        }
    }

    @Test
    void someKernelTakesEveryQuery() {
        for (var fold : Pool.Fold.values()) {
            for (var layout : Layout.values()) {
                var choice = Pool.FAMILY.choose(new Pool.Query(fold, layout));
                assertTrue(choice.kernel().isPresent(), choice.refusals()::toString);
            }
        }
    }

    private static void check(
            Pool.Fold fold, Layout layout, Shapes.Windowed windowed, Random random) {
        var shape = windowed.shape();
        try (var guarded = new GuardedMemory()) {
            long inputs = (long) shape.images() * shape.channels() * shape.inputSize();
            long outputs = (long) shape.images() * shape.channels() * shape.outputSize();
            var x = Shapes.fill(guarded.floats(inputs, random.nextBoolean()), random);
            if (random.nextInt(4) == 0) {
                for (int i = 0; i < 1 + inputs / 20; i++) {
                    Memory.set(x, random.nextLong(inputs), SPECIAL[random.nextInt(SPECIAL.length)]);
                }
            }
            var query = new Pool.Query(fold, layout);
            for (var kernel : Pool.FAMILY.kernels()) {
                if (kernel.refuses(query).isPresent()) {
                    continue;
                }
                var y = guarded.floats(outputs, random.nextBoolean());
                var workers = random.nextBoolean() ? Workers.CALLER : PARALLEL;
                kernel.bind(query).run(x, y, shape, windowed.after(), workers);
                compare(kernel.name(), query, windowed, x, y);
            }
        }
    }

    private static void compare(
            String kernel,
            Pool.Query query,
            Shapes.Windowed windowed,
            MemorySegment x,
            MemorySegment y) {
        var shape = windowed.shape();
        for (int image = 0; image < shape.images(); image++) {
            for (int channel = 0; channel < shape.channels(); channel++) {
                for (int position = 0; position < shape.outputSize(); position++) {
                    double expected = expected(query, windowed, x, image, channel, position);
                    long at =
                            Shapes.index(
                                    query.layout(),
                                    image,
                                    shape.channels(),
                                    channel,
                                    shape.outputSize(),
                                    position);
                    double tolerance = query.fold() == Pool.Fold.MAX ? 0 : 1e-6 * shape.taps();
                    assertEquals(expected + 0.0, Memory.getFloat(y, at) + 0.0, tolerance, kernel);
                }
            }
        }
    }

    private static double expected(
            Pool.Query query,
            Shapes.Windowed windowed,
            MemorySegment x,
            int image,
            int channel,
            int position) {
        var shape = windowed.shape();
        int[] output = shape.output();
        int[] at = {
            position / (output[1] * output[2]),
            position / output[2] % output[1],
            position % output[2]
        };
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int inside = 0;
        int padded = 0;
        for (int tap = 0; tap < shape.taps(); tap++) {
            int source = source(shape, windowed.after(), at, tap);
            padded += source > Integer.MIN_VALUE ? 1 : 0;
            if (source >= 0) {
                double element =
                        Memory.getFloat(
                                x,
                                Shapes.index(
                                        query.layout(),
                                        image,
                                        shape.channels(),
                                        channel,
                                        shape.inputSize(),
                                        source));
                max = Math.max(max, element);
                sum += element;
                inside++;
            }
        }
        return switch (query.fold()) {
            case MAX -> max;
            case MEAN -> sum / inside;
            case MEAN_WITH_PADDING -> sum / padded;
        };
    }

    /// The element that a tap reads; -1 in the padding, less beyond it.
    private static int source(ConvShape shape, int[] after, int[] position, int tap) {
        int[] kernel = shape.kernel();
        int[] taps = {tap / (kernel[1] * kernel[2]), tap / kernel[2] % kernel[1], tap % kernel[2]};
        int source = 0;
        boolean inside = true;
        for (int axis = 0; axis < 3; axis++) {
            int at =
                    position[axis] * shape.stride()[axis]
                            - shape.before()[axis]
                            + taps[axis] * shape.dilation()[axis];
            if (at >= shape.input()[axis] + after[axis]) {
                return Integer.MIN_VALUE;
            }
            inside &= at >= 0 && at < shape.input()[axis];
            source = source * shape.input()[axis] + at;
        }
        return inside ? source : -1;
    }
}

package dev.tenon.kernels.resample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.base.Layout;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import dev.tenon.kernels.resample.Resample.Axis;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every kernel against the definition, its operands between guard pages.
class ResampleTest {
    @ParameterizedTest
    @EnumSource(Layout.class)
    void randomShapes(Layout layout) {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 200; i++) {
            var random = new Random(seed + i);
            var shape =
                    new Resample.Shape(
                            1 + random.nextInt(3),
                            1 + random.nextInt(random.nextBoolean() ? 40 : 9),
                            axis(random),
                            axis(random));
            var query = new Resample.Query(Resample.Mode.values()[random.nextInt(2)], layout);
            try {
                check(query, shape, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + query, e);
            }
        }
    }

    /// Extents around those of vectors, and outputs that come from neighbours.
    @ParameterizedTest
    @EnumSource(Layout.class)
    void enlargesAndShrinks(Layout layout) {
        var random = new Random(7);
        for (int input : new int[] {1, 7, 8, 9, 15, 16, 17, 33}) {
            for (int output : new int[] {1, 8, 15, 16, 17, 31, 32, 33, 70}) {
                var columns = scaled(input, output, random);
                var shape = new Resample.Shape(1, 1 + random.nextInt(20), axis(random), columns);
                for (var mode : Resample.Mode.values()) {
                    try {
                        check(new Resample.Query(mode, layout), shape, random);
                    } catch (AssertionError | RuntimeException e) {
                        fail(mode + " of " + input + " to " + output, e);
                    }
                }
            }
        }
    }

    private static Axis scaled(int input, int output, Random random) {
        var first = IntStream.range(0, output).map(i -> i * input / output).toArray();
        var second = IntStream.of(first).map(i -> Math.min(i + 1, input - 1)).toArray();
        var blend = new float[output];
        for (int i = 0; i < output; i++) {
            blend[i] = random.nextBoolean() ? 0 : random.nextFloat();
        }
        return new Axis(input, first, second, blend);
    }

    private static Axis axis(Random random) {
        int input = 1 + random.nextInt(20);
        int output = 1 + random.nextInt(30);
        var blend = new float[output];
        for (int i = 0; i < output; i++) {
            blend[i] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
        }
        return new Axis(
                input,
                random.ints(output, 0, input).toArray(),
                random.ints(output, 0, input).toArray(),
                blend);
    }

    private static void check(Resample.Query query, Resample.Shape shape, Random random) {
        try (var guarded = new GuardedMemory()) {
            long planes = shape.images() * shape.channels();
            var x =
                    Shapes.fill(
                            guarded.floats(
                                    planes * shape.rows().input() * shape.columns().input(),
                                    random.nextBoolean()),
                            random);
            Memory.set(x, 0, Float.NaN);
            long outputs = planes * shape.rows().output() * shape.columns().output();
            for (var kernel : Resample.FAMILY.kernels()) {
                if (kernel.refuses(query).isEmpty()) {
                    var y = guarded.floats(outputs, random.nextBoolean());
                    kernel.bind(query)
                            .run(
                                    x,
                                    y,
                                    shape,
                                    (chunks, body) ->
                                            IntStream.range(0, chunks)
                                                    .parallel()
                                                    .forEach(body::run));
                    compare(kernel.name(), query, shape, x, y);
                }
            }
        }
    }

    private static void compare(
            String kernel,
            Resample.Query query,
            Resample.Shape shape,
            MemorySegment x,
            MemorySegment y) {
        int width = shape.columns().output();
        int size = shape.rows().output() * width;
        for (int image = 0; image < shape.images(); image++) {
            for (int channel = 0; channel < shape.channels(); channel++) {
                for (int position = 0; position < size; position++) {
                    long at =
                            Shapes.index(
                                    query.layout(),
                                    image,
                                    shape.channels(),
                                    channel,
                                    size,
                                    position);
                    assertEquals(
                            expected(
                                    query,
                                    shape,
                                    x,
                                    image,
                                    channel,
                                    position / width,
                                    position % width),
                            Memory.getFloat(y, at),
                            1e-6,
                            kernel);
                }
            }
        }
    }

    private static double expected(
            Resample.Query query,
            Resample.Shape shape,
            MemorySegment x,
            int image,
            int channel,
            int row,
            int column) {
        double sum = 0;
        boolean linear = query.mode() == Resample.Mode.LINEAR;
        for (int down = 0; down < 2; down++) {
            for (int across = 0; across < 2; across++) {
                double weight =
                        weight(shape.rows(), row, down, linear)
                                * weight(shape.columns(), column, across, linear);
                if (weight != 0) {
                    int r = (down == 0 ? shape.rows().first() : shape.rows().second())[row];
                    int c =
                            (across == 0 ? shape.columns().first() : shape.columns().second())
                                    [column];
                    int width = shape.columns().input();
                    sum +=
                            weight
                                    * Memory.getFloat(
                                            x,
                                            Shapes.index(
                                                    query.layout(),
                                                    image,
                                                    shape.channels(),
                                                    channel,
                                                    shape.rows().input() * width,
                                                    r * width + c));
                }
            }
        }
        return sum;
    }

    private static double weight(Axis axis, int position, int which, boolean linear) {
        float blend = linear ? axis.blend()[position] : 0;
        return which == 0 ? 1 - blend : blend;
    }
}

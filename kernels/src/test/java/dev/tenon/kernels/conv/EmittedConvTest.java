package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.winograd.Transform;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The emitted convolutions against those in Java, on random shapes, its operands between guard
/// pages.
class EmittedConvTest {
    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    private final Kernel<Conv.Query, Conv> channelsFirst = new TiledConv();
    private final Kernel<Conv.Query, Conv> channelsLast = new ChannelsLastConv();

    @Test
    void withChannelsFirst() {
        randomShapes(
                new EmittedConv(), channelsFirst, Layout.CHANNELS_FIRST, EmittedConvTest::shape, 1);
    }

    @Test
    void withChannelsLast() {
        randomShapes(
                new WindowConv(), channelsLast, Layout.CHANNELS_LAST, EmittedConvTest::shape, 1);
    }

    @ParameterizedTest
    @EnumSource
    void byMinimalFiltering(Transform transform) {
        randomShapes(
                new WinogradConv(_ -> Optional.of(transform)),
                channelsLast,
                Layout.CHANNELS_LAST,
                EmittedConvTest::threeByThree,
                25);
    }

    @Test
    void minimalFilteringLeavesExtremeWeightsToWindows() {
        var shape = threeByThree(new Random(1));
        long[] dims = {shape.features(), shape.channels(), 3, 3};
        var weights = Tensor.zeros(DType.FLOAT32, dims);
        Memory.set(weights.segment(), 4, Float.POSITIVE_INFINITY);
        var query = Conv.Query.of(weights, shape, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
        var kernel = new WinogradConv();
        assumeTrue(kernel.refuses(query).isEmpty(), () -> kernel.refuses(query).toString());
        var x = heap(shape.images() * shape.inputSize() * shape.channels());
        x.fill((byte) 0x3F);
        int outputs = shape.images() * shape.outputSize() * shape.features();
        var expected = heap(outputs);
        new WindowConv().bind(query).run(x, expected, shape, Epilogue.NONE, Workers.CALLER);
        var y = heap(outputs);
        kernel.bind(query).run(x, y, shape, Epilogue.NONE, Workers.CALLER);
        assertEquals(-1, expected.mismatch(y));
    }

    /// Windows that minimal filtering takes.
    private static ConvShape threeByThree(Random random) {
        var input = new int[] {1, 1 + random.nextInt(30), 1 + random.nextInt(30)};
        var before = new int[3];
        var output = new int[] {1, 0, 0};
        for (int i = 1; i < 3; i++) {
            before[i] = random.nextInt(3);
            int after = Math.max(random.nextInt(3), 3 - input[i] - before[i]);
            output[i] = input[i] + before[i] + after - 2;
        }
        return new ConvShape(
                1 + random.nextInt(2),
                numbers(random, random.nextInt(8) == 0 ? 60 : 4),
                numbers(random, 9),
                1,
                input,
                new int[] {1, 3, 3},
                new int[] {1, 1, 1},
                new int[] {1, 1, 1},
                before,
                output);
    }

    /// Of channels or features, often a multiple of eight.
    private static int numbers(Random random, int eights) {
        int number = 8 * (1 + random.nextInt(eights));
        return random.nextBoolean() ? number : number - random.nextInt(8);
    }

    /// @param error how many times larger errors may be than those of sums of products
    private static void randomShapes(
            Kernel<Conv.Query, Conv> emitted,
            Kernel<Conv.Query, Conv> java,
            Layout layout,
            Function<Random, ConvShape> shapes,
            double error) {
        long seed = Long.getLong("seed", 1);
        long end = System.nanoTime() + Long.getLong("soak.seconds", 3) * 1_000_000_000L;
        for (int i = 0; System.nanoTime() < end; i++) {
            var random = new Random(seed + i);
            var shape = shapes.apply(random);
            try {
                check(emitted, java, layout, shape, error, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + shape, e);
            }
        }
    }

    private static ConvShape shape(Random random) {
        int groups = 1 + random.nextInt(3);
        int axes = 1 + random.nextInt(3);
        var input = new long[axes];
        var kernel = new long[axes];
        var stride = new long[axes];
        var dilation = new long[axes];
        var before = new long[axes];
        var output = new long[axes];
        boolean pointwise = random.nextInt(3) == 0;
        for (int i = 0; i < axes; i++) {
            input[i] = 1 + random.nextInt(axes == 3 ? 7 : axes == 2 ? 24 : 600);
            kernel[i] = pointwise ? 1 : 1 + random.nextInt(4);
            stride[i] = pointwise ? 1 : 1 + random.nextInt(3);
            dilation[i] = 1 + random.nextInt(2);
            before[i] = pointwise ? 0 : random.nextInt(3);
            long span = (kernel[i] - 1) * dilation[i] + 1;
            long after = Math.max(pointwise ? 0 : random.nextInt(3), span - input[i] - before[i]);
            output[i] = (input[i] + before[i] + after - span) / stride[i] + 1;
        }
        return new ConvShape(
                1 + random.nextInt(2),
                groups * (1 + random.nextInt(random.nextInt(8) == 0 ? 150 : 9)),
                groups * (1 + random.nextInt(random.nextInt(4) == 0 ? 120 : 9)),
                groups,
                ConvShape.spatial(input, 1),
                ConvShape.spatial(kernel, 1),
                ConvShape.spatial(stride, 1),
                ConvShape.spatial(dilation, 1),
                ConvShape.spatial(before, 0),
                ConvShape.spatial(output, 1));
    }

    private static void check(
            Kernel<Conv.Query, Conv> emitted,
            Kernel<Conv.Query, Conv> java,
            Layout layout,
            ConvShape shape,
            double error,
            Random random) {
        try (var guarded = new GuardedMemory()) {
            int inputs = shape.images() * shape.channels() * shape.inputSize();
            int outputs = shape.images() * shape.features() * shape.outputSize();
            var x =
                    filled(
                            random.nextBoolean() ? guarded.floats(inputs, true) : heap(inputs),
                            random);
            int[] kernel = shape.kernel();
            int inner = shape.channelsPerGroup();
            var weights =
                    kernel[0] == 1
                            ? Tensor.zeros(
                                    DType.FLOAT32, shape.features(), inner, kernel[1], kernel[2])
                            : Tensor.zeros(
                                    DType.FLOAT32,
                                    shape.features(),
                                    inner,
                                    kernel[0],
                                    kernel[1],
                                    kernel[2]);
            filled(weights.segment(), random);
            var bias = filled(heap(shape.features()), random);
            var epilogue =
                    random.nextBoolean()
                            ? Epilogue.NONE
                            : Epilogue.add(
                                    layout == Layout.CHANNELS_FIRST
                                            ? new MatrixView(bias, 0, shape.features(), 1, 1, 0)
                                            : new MatrixView(bias, 0, outputs, 1, 0, 1),
                                    1);
            var query = Conv.Query.of(weights, shape, layout, layout);
            assumeTrue(emitted.refuses(query).isEmpty(), () -> emitted.refuses(query).toString());
            var expected = heap(outputs);
            java.bind(query).run(x, expected, shape, epilogue, Workers.CALLER);
            var conv = emitted.bind(query);
            MemorySegment first = null;
            for (var workers : new Workers[] {Workers.CALLER, PARALLEL}) {
                var y = random.nextBoolean() ? guarded.floats(outputs, false) : heap(outputs);
                conv.run(x, y, shape, epilogue, workers);
                if (first == null) {
                    first = y;
                    compare(expected, y, error * (weights.size() / shape.features() + 8));
                } else {
                    assertEquals(-1, first.mismatch(y), "the workers make a difference");
                }
            }
        }
    }

    private static MemorySegment heap(int size) {
        return MemorySegment.ofArray(new float[size]);
    }

    private static MemorySegment filled(MemorySegment memory, Random random) {
        for (long i = 0; i < memory.byteSize() / Float.BYTES; i++) {
            Memory.set(memory, i, random.nextFloat() - 0.5f);
        }
        return memory;
    }

    /// Products are at most a quarter.
    private static void compare(MemorySegment expected, MemorySegment got, double terms) {
        for (int i = 0; i < expected.byteSize() / Float.BYTES; i++) {
            float difference = Memory.getFloat(expected, i) - Memory.getFloat(got, i);
            if (!(Math.abs(difference) <= 1e-7 * terms)) {
                fail(
                        "element %d: %s for %s"
                                .formatted(
                                        i, Memory.getFloat(got, i), Memory.getFloat(expected, i)));
            }
        }
    }
}

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
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The emitted convolutions against those in Java, on random shapes, its operands between guard
/// pages.
class EmittedConvTest {
    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    private final Kernel<Conv.Query, Conv> channelsFirst = new TiledConv();
    private final Kernel<Conv.Query, Conv> channelsLast = new ChannelsLastConv();

    @Test
    void withChannelsFirst() {
        randomShapes(new EmittedConv(), channelsFirst, Layout.CHANNELS_FIRST);
    }

    @Test
    void withChannelsLast() {
        randomShapes(new WindowConv(), channelsLast, Layout.CHANNELS_LAST);
    }

    private static void randomShapes(
            Kernel<Conv.Query, Conv> emitted, Kernel<Conv.Query, Conv> java, Layout layout) {
        long seed = Long.getLong("seed", 1);
        long end = System.nanoTime() + Long.getLong("soak.seconds", 3) * 1_000_000_000L;
        for (int i = 0; System.nanoTime() < end; i++) {
            var random = new Random(seed + i);
            var shape = shape(random);
            try {
                check(emitted, java, layout, shape, random);
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
            Random random) {
        try (var guarded = new GuardedMemory()) {
            int inputs = shape.images() * shape.channels() * shape.inputSize();
            int outputs = shape.images() * shape.features() * shape.outputSize();
            var x =
                    filled(
                            random.nextBoolean() ? guarded.floats(inputs, true) : heap(inputs),
                            random);
            var weights =
                    Tensor.zeros(
                            DType.FLOAT32,
                            shape.features(),
                            shape.channelsPerGroup(),
                            shape.kernel()[0],
                            shape.kernel()[1],
                            shape.kernel()[2]);
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
            var query = Conv.Query.of(
                            weights, shape, layout, layout);
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
                    compare(expected, y, outputs, weights.size() / shape.features());
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

    /// Both sums have `terms` products of at most a quarter.
    private static void compare(MemorySegment expected, MemorySegment got, int count, long terms) {
        for (int i = 0; i < count; i++) {
            float difference = Memory.getFloat(expected, i) - Memory.getFloat(got, i);
            if (!(Math.abs(difference) <= 1e-7 * (terms + 8))) {
                fail(
                        "element %d: %s for %s"
                                .formatted(
                                        i, Memory.getFloat(got, i), Memory.getFloat(expected, i)));
            }
        }
    }
}

package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.move.StridedCopy;
import dev.tenon.kernels.move.StridedCopy.Place;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Channels-last transposed convolutions against the channels-first one in Java.
class LastTransposedConvTest {
    private final JavaTransposedConv first = new JavaTransposedConv();

    @Test
    void randomShapes() {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 200; i++) {
            var random = new Random(seed + i);
            boolean tiles = random.nextBoolean();
            var shape = tiles ? tiling(random) : general(random);
            try {
                check(shape, tiles, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + shape, e);
            }
        }
    }

    private static ConvShape tiling(Random random) {
        int[] input = {1, 1 + random.nextInt(9), 1 + random.nextInt(20)};
        int[] kernel = {1, 1 + random.nextInt(3), 1 + random.nextInt(3)};
        int[] output = {1, input[1] * kernel[1], input[2] * kernel[2]};
        return new ConvShape(
                1 + random.nextInt(2),
                1 + random.nextInt(30),
                1 + random.nextInt(30),
                1,
                input,
                kernel,
                kernel,
                new int[] {1, 1, 1},
                new int[] {0, 0, 0},
                output);
    }

    /// The gradient of a convolution with two features a channel.
    private static ConvShape general(Random random) {
        var forward = Shapes.depthwise(random, 1 + random.nextInt(3), 6, 2).shape();
        return new ConvShape(
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
    }

    private void check(ConvShape shape, boolean tiles, Random random) {
        int inputs = shape.images() * shape.channels() * shape.inputSize();
        int outputs = shape.images() * shape.features() * shape.outputSize();
        var dims = new long[] {shape.channels(), shape.featuresPerGroup()};
        var weights =
                shape.kernel()[0] > 1 || shape.input()[0] > 1 || shape.output()[0] > 1
                        ? Tensor.zeros(
                                DType.FLOAT32,
                                dims[0],
                                dims[1],
                                shape.kernel()[0],
                                shape.kernel()[1],
                                shape.kernel()[2])
                        : Tensor.zeros(
                                DType.FLOAT32,
                                dims[0],
                                dims[1],
                                shape.kernel()[1],
                                shape.kernel()[2]);
        Shapes.fill(weights.segment(), random);
        var bias = Shapes.fill(heap(shape.features()), random);
        var planes = Shapes.fill(heap(inputs), random);
        var expected = heap(outputs);
        first.bind(query(weights, shape, tiles, Layout.CHANNELS_FIRST))
                .run(
                        planes,
                        expected,
                        shape,
                        Epilogue.add(new MatrixView(bias, 0, shape.features(), 1, 1, 0), 1),
                        Workers.CALLER);
        try (var guarded = new GuardedMemory()) {
            var x = guarded.floats(inputs, random.nextBoolean());
            toLast(planes, x, shape.images(), shape.channels(), shape.inputSize());
            var wanted = heap(outputs);
            toLast(expected, wanted, shape.images(), shape.features(), shape.outputSize());
            var query = query(weights, shape, tiles, Layout.CHANNELS_LAST);
            for (var kernel : TransposedConv.FAMILY.kernels()) {
                if (kernel.refuses(query).isPresent()) {
                    continue;
                }
                var y = random.nextBoolean() ? heap(outputs) : guarded.floats(outputs, false);
                kernel.bind(query)
                        .run(
                                x,
                                y,
                                shape,
                                Epilogue.add(
                                        new MatrixView(bias, 0, outputs, shape.features(), 0, 1),
                                        1),
                                (chunks, body) ->
                                        IntStream.range(0, chunks).parallel().forEach(body::run));
                for (int i = 0; i < outputs; i++) {
                    assertEquals(
                            Memory.getFloat(wanted, i), Memory.getFloat(y, i), 1e-4, kernel.name());
                }
            }
        }
    }

    private static TransposedConv.Query query(
            Tensor weights, ConvShape shape, boolean tiles, Layout layout) {
        return new TransposedConv.Query(weights, shape.groups(), tiles, layout);
    }

    private static void toLast(
            MemorySegment from, MemorySegment to, int images, int channels, int size) {
        long[] dims = {images, size, channels};
        StridedCopy.copy(
                new Place(from, 0, new long[] {(long) channels * size, 1, size}),
                Place.dense(to, dims),
                dims,
                Float.BYTES,
                Workers.CALLER);
    }

    private static MemorySegment heap(int size) {
        return MemorySegment.ofArray(new float[size]);
    }
}

package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The emitted convolution of few channels against the one in Java, on random shapes, its operands
/// between guard pages.
class NarrowConvTest {
    private final NarrowConv emitted = new NarrowConv();
    private final ChannelsLastConv java = new ChannelsLastConv();

    @ParameterizedTest
    @EnumSource(Layout.class)
    void randomShapes(Layout input) {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 200; i++) {
            var random = new Random(seed + i);
            var shape = shape(random);
            try {
                check(shape, input, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + shape, e);
            }
        }
    }

    private static ConvShape shape(Random random) {
        var window = Shapes.depthwise(random, 1 + random.nextInt(2), 4, 1).shape();
        var dense = new int[] {1, 1, 1};
        int[] kernel = window.kernel();
        var output = window.output().clone();
        for (int axis = 1; axis < 3; axis++) {
            int room = window.input()[axis] + 2 * window.before()[axis] - kernel[axis];
            output[axis] = Math.max(0, room) / window.stride()[axis] + 1;
        }
        return new ConvShape(
                window.images(),
                window.channels(),
                random.nextBoolean() ? 8 * (1 + random.nextInt(14)) : 1 + random.nextInt(60),
                1,
                window.input(),
                kernel,
                window.stride(),
                dense,
                window.before(),
                output);
    }

    private void check(ConvShape shape, Layout layout, Random random) {
        try (var guarded = new GuardedMemory()) {
            int inputs = shape.images() * shape.channels() * shape.inputSize();
            int outputs = shape.images() * shape.features() * shape.outputSize();
            var x = Shapes.fill(guarded.floats(inputs, random.nextBoolean()), random);
            if (random.nextInt(4) == 0) {
                Memory.set(x, random.nextInt(inputs), Float.NaN);
            }
            var weights =
                    Tensor.zeros(
                            DType.FLOAT32,
                            shape.features(),
                            shape.channels(),
                            shape.kernel()[1],
                            shape.kernel()[2]);
            Shapes.fill(weights.segment(), random);
            var bias = Shapes.fill(heap(shape.features()), random);
            var epilogue =
                    Epilogue.add(new MatrixView(bias, 0, outputs, shape.features(), 0, 1), 1);
            var query = Conv.Query.of(weights, shape, layout, Layout.CHANNELS_LAST);
            if (shape.channels() * shape.taps() > 256) {
                return;
            }
            assumeTrue(emitted.refuses(query).isEmpty(), () -> emitted.refuses(query).toString());
            var expected = heap(outputs);
            java.bind(query).run(x, expected, shape, epilogue, Workers.CALLER);
            var y = random.nextInt(4) > 0 ? guarded.floats(outputs, false) : heap(outputs);
            emitted.bind(query)
                    .run(
                            x,
                            y,
                            shape,
                            epilogue,
                            (chunks, body) ->
                                    IntStream.range(0, chunks).parallel().forEach(body::run));
            for (int i = 0; i < outputs; i++) {
                assertEquals(
                        Memory.getFloat(expected, i),
                        Memory.getFloat(y, i),
                        2e-7 * (shape.channels() * shape.taps() + 8),
                        "element " + i);
            }
        }
    }

    private static MemorySegment heap(int size) {
        return MemorySegment.ofArray(new float[size]);
    }
}

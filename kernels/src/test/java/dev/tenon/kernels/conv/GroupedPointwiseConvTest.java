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
import org.junit.jupiter.api.Test;

/// The emitted convolution of groups against the one in Java, on random shapes, its operands
/// between guard pages.
class GroupedPointwiseConvTest {
    private final GroupedPointwiseConv emitted = new GroupedPointwiseConv();
    private final ChannelsLastConv java = new ChannelsLastConv();

    @Test
    void randomShapes() {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 120; i++) {
            var random = new Random(seed + i);
            int groups = 2 + random.nextInt(4);
            int[] extents = {1, 1 + random.nextInt(20), 1 + random.nextInt(20)};
            int[] ones = {1, 1, 1};
            var shape =
                    new ConvShape(
                            1 + random.nextInt(2),
                            groups * (1 + random.nextInt(50)),
                            groups * (8 + random.nextInt(40)),
                            groups,
                            extents,
                            ones,
                            ones,
                            ones,
                            new int[] {0, 0, 0},
                            extents);
            try {
                check(shape, random);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i) + ": " + shape, e);
            }
        }
    }

    private void check(ConvShape shape, Random random) {
        try (var guarded = new GuardedMemory()) {
            int inputs = shape.images() * shape.channels() * shape.inputSize();
            int outputs = shape.images() * shape.features() * shape.outputSize();
            var x = Shapes.fill(guarded.floats(inputs, random.nextBoolean()), random);
            if (random.nextInt(4) == 0) {
                Memory.set(x, random.nextInt(inputs), Float.NaN);
            }
            var weights =
                    Tensor.zeros(DType.FLOAT32, shape.features(), shape.channelsPerGroup(), 1, 1);
            Shapes.fill(weights.segment(), random);
            var bias = Shapes.fill(heap(shape.features()), random);
            var epilogue =
                    Epilogue.add(new MatrixView(bias, 0, outputs, shape.features(), 0, 1), 1);
            var query = Conv.Query.of(weights, shape, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
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
                        2e-7 * (shape.channelsPerGroup() + 8),
                        "element " + i);
            }
        }
    }

    private static MemorySegment heap(int size) {
        return MemorySegment.ofArray(new float[size]);
    }
}

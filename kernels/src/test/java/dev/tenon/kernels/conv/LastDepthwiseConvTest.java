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

/// The emitted depthwise convolution against the one in Java, on random shapes, its operands
/// between guard pages.
class LastDepthwiseConvTest {
    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    private final LastDepthwiseConv emitted = new LastDepthwiseConv();
    private final ChannelsLastConv java = new ChannelsLastConv();

    @Test
    void randomShapes() {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < 400; i++) {
            var random = new Random(seed + i);
            int most = random.nextInt(4) == 0 ? 80 : 24;
            var shape = Shapes.depthwise(random, 1 + random.nextInt(2), most, 1).shape();
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
                Memory.set(x, random.nextInt(inputs), Float.NEGATIVE_INFINITY);
            }
            var weights =
                    Tensor.zeros(
                            DType.FLOAT32,
                            shape.features(),
                            1,
                            shape.kernel()[1],
                            shape.kernel()[2]);
            Shapes.fill(weights.segment(), random);
            var bias = Shapes.fill(heap(shape.features()), random);
            var epilogue =
                    random.nextBoolean()
                            ? Epilogue.NONE
                            : Epilogue.add(
                                    new MatrixView(bias, 0, outputs, shape.features(), 0, 1), 1);
            var query = Conv.Query.of(weights, shape, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
            assumeTrue(emitted.refuses(query).isEmpty(), () -> emitted.refuses(query).toString());
            var expected = heap(outputs);
            java.bind(query).run(x, expected, shape, epilogue, Workers.CALLER);
            var y = random.nextInt(4) > 0 ? guarded.floats(outputs, false) : heap(outputs);
            emitted.bind(query).run(x, y, shape, epilogue, PARALLEL);
            for (int i = 0; i < outputs; i++) {
                assertEquals(
                        Memory.getFloat(expected, i),
                        Memory.getFloat(y, i),
                        2e-7 * (shape.taps() + 8),
                        "element " + i);
            }
        }
    }

    private static MemorySegment heap(int size) {
        return MemorySegment.ofArray(new float[size]);
    }
}

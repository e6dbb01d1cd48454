package dev.tenon.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Epilogues;
import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Shapes;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Epilogues that are done to sums in registers against the same ones done afterwards: the same
/// bits, in products and in each kind of channels-last convolution. All native operands lie between
/// guard pages.
class FusedEpilogueTest {
    private static final int[] AWKWARD = {1, 2, 5, 8, 13, 14, 15, 16, 17, 29, 31, 32, 33, 47, 65};
    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    @BeforeEach
    void emittedCodeRuns() {
        var refusal = VectorRoutines.refusal();
        assumeTrue(refusal.isEmpty(), refusal::toString);
    }

    /// Some shape and its operands.
    @FunctionalInterface
    private interface Check {
        void run(Random random, GuardedMemory guarded);
    }

    private static void repeat(int times, Check check) {
        long seed = Long.getLong("seed", 1);
        for (int i = 0; i < times; i++) {
            try (var guarded = new GuardedMemory()) {
                check.run(new Random(seed + i), guarded);
            } catch (AssertionError | RuntimeException e) {
                fail("-Dseed=" + (seed + i), e);
            }
        }
    }

    private static int awkward(Random random) {
        return AWKWARD[random.nextInt(AWKWARD.length)];
    }

    @Test
    void products() {
        repeat(600, FusedEpilogueTest::checkProduct);
    }

    private static void checkProduct(Random random, GuardedMemory guarded) {
        int m = random.nextInt(4) == 0 ? 1 : awkward(random);
        int n = random.nextInt(4) == 0 ? 64 + awkward(random) : awkward(random);
        int k = random.nextInt(4) == 0 ? 400 + random.nextInt(500) : random.nextInt(20);
        int batches = 1 + random.nextInt(3);
        boolean constant = batches == 1 && random.nextBoolean();
        var a = input(guarded, batches * m * k, random);
        var b = input(guarded, k * n, random);
        var offsets = IntStream.range(0, batches).mapToLong(i -> (long) i * m * k).toArray();
        var right = MatrixView.of(b, 0, k, n);
        var epilogue = Epilogues.random(guarded, batches * m, n, random);
        var gemm =
                Gemm.FAMILY
                        .choose(constant ? new Gemm.Query(right, 1) : Gemm.Query.DYNAMIC)
                        .kernel()
                        .orElseThrow()
                        .bind(constant ? new Gemm.Query(right, 1) : Gemm.Query.DYNAMIC);
        var results = new MemorySegment[2];
        for (int i = 0; i < 2; i++) {
            results[i] = guarded.floats((long) batches * m * n, random.nextBoolean());
            gemm.run(
                    new Gemm.Call(
                            MatrixView.of(a, 0, m, k),
                            offsets,
                            constant ? null : right,
                            constant ? new long[0] : new long[batches],
                            results[i],
                            i == 0 ? epilogue : Epilogues.afterwards(epilogue)),
                    PARALLEL);
        }
        assertSame(results[1], results[0]);
    }

    @Test
    void pointwise() {
        repeat(
                200,
                (random, guarded) -> {
                    int channels = awkward(random);
                    int features = awkward(random);
                    check(
                            new PointwiseConv(),
                            pointwise(random, channels, features, 1),
                            random,
                            guarded);
                });
    }

    @Test
    void groups() {
        repeat(
                200,
                (random, guarded) -> {
                    int groups = 2 + random.nextInt(3);
                    int channels = groups * awkward(random);
                    int features = groups * (8 + random.nextInt(40));
                    var shape = pointwise(random, channels, features, groups);
                    check(new GroupedPointwiseConv(), shape, random, guarded);
                });
    }

    private static ConvShape pointwise(Random random, int channels, int features, int groups) {
        int[] extents = {1, 1 + random.nextInt(12), 1 + random.nextInt(12)};
        int[] ones = {1, 1, 1};
        int[] none = {0, 0, 0};
        int images = 1 + random.nextInt(2);
        return new ConvShape(
                images, channels, features, groups, extents, ones, ones, ones, none, extents);
    }

    @Test
    void channelByChannel() {
        repeat(
                400,
                (random, guarded) -> {
                    var shape = Shapes.depthwise(random, 1 + random.nextInt(2), 80, 1).shape();
                    check(new LastDepthwiseConv(), shape, random, guarded);
                });
    }

    @Test
    void windows() {
        repeat(
                200,
                (random, guarded) -> check(new WindowConv(), windows(random, 40), random, guarded));
    }

    @Test
    void fewChannels() {
        repeat(
                200,
                (random, guarded) -> check(new NarrowConv(), windows(random, 4), random, guarded));
    }

    private static ConvShape windows(Random random, int channels) {
        ConvShape window;
        do {
            window = Shapes.depthwise(random, 1 + random.nextInt(2), channels, 1).shape();
        } while (window.channels() * window.taps() > 256
                || IntStream.of(window.dilation()).anyMatch(d -> d != 1));
        return new ConvShape(
                window.images(),
                window.channels(),
                awkward(random),
                1,
                window.input(),
                window.kernel(),
                window.stride(),
                window.dilation(),
                window.before(),
                window.output());
    }

    private static void check(
            Kernel<Conv.Query, Conv> kernel,
            ConvShape shape,
            Random random,
            GuardedMemory guarded) {
        int positions = shape.images() * shape.outputSize();
        int kernelSize = shape.taps() * shape.channelsPerGroup();
        var x = input(guarded, shape.images() * shape.channels() * shape.inputSize(), random);
        var weights =
                Tensor.zeros(
                        DType.FLOAT32,
                        shape.features(),
                        shape.channelsPerGroup(),
                        shape.kernel()[1],
                        shape.kernel()[2]);
        Shapes.fill(weights.segment(), random);
        var query = Conv.Query.of(weights, shape, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
        assertTrue(kernel.refuses(query).isEmpty(), () -> kernel.refuses(query).toString());
        var conv = kernel.bind(query);
        var epilogue = Epilogues.random(guarded, positions, shape.features(), random);
        long size = (long) positions * shape.features();
        var fused = guarded.floats(size, random.nextBoolean());
        var expected = guarded.floats(size, random.nextBoolean());
        conv.run(x, fused, shape, epilogue, PARALLEL);
        conv.run(x, expected, shape, Epilogues.afterwards(epilogue), Workers.CALLER);
        assertSame(expected, fused);
        checkAgainstJava(query, x, expected, shape, epilogue, kernelSize);
    }

    private static void checkAgainstJava(
            Conv.Query query,
            MemorySegment x,
            MemorySegment results,
            ConvShape shape,
            Epilogue epilogue,
            int terms) {
        var java = MemorySegment.ofArray(new float[(int) (results.byteSize() / Float.BYTES)]);
        new ChannelsLastConv().bind(query).run(x, java, shape, epilogue, Workers.CALLER);
        for (long i = 0; i < results.byteSize() / Float.BYTES; i++) {
            float expected = Memory.getFloat(java, i);
            float actual = Memory.getFloat(results, i);
            if (Float.isFinite(expected)) {
                float allowed = 4e-7f * (terms + 8) * (1 + Math.abs(expected));
                assertEquals(expected, actual, allowed, "element " + i);
            } else {
                assertEquals(expected, actual, "element " + i);
            }
        }
    }

    private static MemorySegment input(GuardedMemory guarded, int count, Random random) {
        var numbers = Shapes.fill(guarded.floats(count, random.nextBoolean()), random);
        if (count > 0 && random.nextInt(4) == 0) {
            Memory.set(numbers, random.nextInt(count), Float.NaN);
            Memory.set(numbers, random.nextInt(count), Float.POSITIVE_INFINITY);
        }
        return numbers;
    }

    private static void assertSame(MemorySegment expected, MemorySegment actual) {
        for (long i = 0; i < expected.byteSize() / Float.BYTES; i++) {
            assertEquals(
                    Float.floatToIntBits(Memory.getFloat(expected, i)),
                    Float.floatToIntBits(Memory.getFloat(actual, i)),
                    "element " + i);
        }
    }
}

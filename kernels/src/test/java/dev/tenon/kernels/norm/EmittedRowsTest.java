package dev.tenon.kernels.norm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.norm.Normalize.Statistic;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Softmax and normalisation of rows as machine code against Java.
class EmittedRowsTest {
    private static final int[] LENGTHS = {
        1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 100, 384, 1001, 1500
    };

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
    }

    private static MemorySegment numbers(GuardedMemory memory, Random random, long count) {
        var segment = memory.floats(count, random.nextBoolean());
        for (long i = 0; i < count; i++) {
            Memory.set(segment, i, (float) (1 + 3 * random.nextGaussian()));
        }
        return segment;
    }

    private static float[] floats(MemorySegment memory) {
        var floats = new float[(int) (memory.byteSize() / Float.BYTES)];
        Memory.load(memory, 0, floats, 0, floats.length);
        return floats;
    }

    private static void assertNear(float[] expected, MemorySegment actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            float got = Memory.getFloat(actual, i);
            if (Float.isFinite(expected[i])) {
                assertEquals(
                        expected[i], got, tolerance * Math.max(1, Math.abs(expected[i])), "" + i);
            } else {
                assertEquals(expected[i], got, "" + i);
            }
        }
    }

    private static void checkSoftmax(MemorySegment x, MemorySegment y, Lines lines, boolean log) {
        var query = new Softmax.Query(log);
        var expected = new float[(int) (lines.count() * lines.length())];
        new JavaSoftmax()
                .bind(query)
                .run(x, MemorySegment.ofArray(expected), lines, Workers.CALLER);
        var onHeap = new float[expected.length];
        var kernel = new EmittedSoftmax().bind(query);
        var source = MemorySegment.ofArray(floats(x));
        kernel.run(source, MemorySegment.ofArray(onHeap), lines, Workers.CALLER);
        kernel.run(x, y, lines, Workers.CALLER);
        assertNear(expected, y, log ? 3e-6 : 4e-7);
        assertArrayEquals(floats(y), onHeap);
    }

    @Test
    void softmaxAgreesWithJava() {
        var random = new Random(8);
        for (int length : LENGTHS) {
            for (boolean log : new boolean[] {false, true}) {
                int rows = 1 + random.nextInt(10);
                try (var memory = new GuardedMemory()) {
                    var x = numbers(memory, random, (long) rows * length);
                    var y = memory.floats((long) rows * length, random.nextBoolean());
                    var lines = new Lines(rows, length, 1);
                    checkSoftmax(x, y, lines, log);
                    checkSoftmax(x, x, lines, log);
                }
            }
        }
    }

    @Test
    void softmaxOfUnusualNumbers() {
        float inf = Float.POSITIVE_INFINITY;
        float nan = Float.NaN;
        float[][] rows = {
            {-inf, 0, 1, -inf, 2, -inf, -inf, -inf, -inf, -inf},
            {-inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf},
            {1, 2, nan, 3, 4, 5, 6, 7, 8, 9},
            {1, 2, 3, 4, 5, 6, 7, 8, 9, nan},
            {inf, 2, 3, 4, 5, 6, 7, 8, 9, 10},
            {-1e30f, 0, 3e38f, -3e38f, 1, 2, 3, 4, 5, 6},
            {0, -90, -100, -87.4f, -87.2f, -1e9f, 0, 0, 0, 0}
        };
        try (var memory = new GuardedMemory()) {
            var x = memory.floats(rows.length * 10L, false);
            var y = memory.floats(rows.length * 10L, true);
            for (int i = 0; i < rows.length; i++) {
                Memory.store(rows[i], 0, x, i * 10L, 10);
            }
            checkSoftmax(x, y, new Lines(rows.length, 10, 1), false);
        }
    }

    @Test
    void normalizationAgreesWithJava() {
        var random = new Random(9);
        for (int length : LENGTHS) {
            for (var statistic : Statistic.values()) {
                int rows = 1 + random.nextInt(10);
                try (var memory = new GuardedMemory()) {
                    var x = numbers(memory, random, (long) rows * length);
                    var scale = random.nextBoolean() ? numbers(memory, random, length) : null;
                    var bias = random.nextBoolean() ? numbers(memory, random, length) : null;
                    var y = memory.floats((long) rows * length, random.nextBoolean());
                    var groups = new Normalize.Groups(rows, length, scale, bias, 1, length);
                    var query = new Normalize.Query(statistic, 1e-5f);
                    var expected = new float[rows * length];
                    new JavaNormalize()
                            .bind(query)
                            .run(x, MemorySegment.ofArray(expected), groups, Workers.CALLER);
                    new EmittedNormalize().bind(query).run(x, y, groups, Workers.CALLER);
                    assertNear(expected, y, length == 1 ? 1e-3 : 2e-5);
                }
            }
        }
    }

    @Test
    void groupsWithScalesOfTheirOwnAreLeftToJava() {
        var random = new Random(10);
        try (var memory = new GuardedMemory()) {
            var x = numbers(memory, random, 60);
            var scale = numbers(memory, random, 3);
            var groups = new Normalize.Groups(3, 20, scale, null, 20, 3);
            var query = new Normalize.Query(Statistic.DEVIATION, 1e-5f);
            var expected = new float[60];
            var java = new JavaNormalize().bind(query);
            java.run(x, MemorySegment.ofArray(expected), groups, Workers.CALLER);
            new EmittedNormalize().bind(query).run(x, x, groups, Workers.CALLER);
            assertArrayEquals(expected, floats(x));
        }
    }
}

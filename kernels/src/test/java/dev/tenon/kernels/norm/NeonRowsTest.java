package dev.tenon.kernels.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.norm.Normalize.Statistic;
import dev.tenon.kernels.vector.Emulation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Softmax and normalisation of rows for NEON, under emulation, against Java.
@Tag("emulated")
class NeonRowsTest {
    private static final int[] LENGTHS = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100, 384};

    /// What memory is to hold.
    private record Expected(
            String name, Emulation.Memory memory, float[] numbers, double tolerance) {}

    private final Emulation emulation = new Emulation();
    private final List<Expected> expectations = new ArrayList<>();
    private final Random random = new Random(11);

    @BeforeEach
    void needsEmulation() {
        Emulation.assumePresent();
    }

    private float[] numbers(int count) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (1 + 3 * random.nextGaussian());
        }
        return numbers;
    }

    private void runAndCompare() {
        emulation.run();
        for (var expected : expectations) {
            var got = emulation.floats(expected.memory);
            for (int i = 0; i < got.length; i++) {
                float number = expected.numbers[i];
                double tolerance =
                        Float.isFinite(number)
                                ? expected.tolerance * Math.max(1, Math.abs(number))
                                : 0;
                assertEquals(number, got[i], tolerance, expected.name + " at " + i);
            }
        }
    }

    private void softmax(float[] x, int rows, int length, boolean logarithm, boolean inPlace) {
        var from = emulation.floats(x, random.nextBoolean());
        var to = inPlace ? from : emulation.floats(new float[x.length], random.nextBoolean());
        long routine = emulation.routine(new SoftmaxCode(logarithm).emit(Emulation.assembler()));
        emulation.call(routine, from.address(), to.address(), rows, length);
        var expected = new float[x.length];
        new JavaSoftmax()
                .bind(new Softmax.Query(logarithm))
                .run(
                        MemorySegment.ofArray(x),
                        MemorySegment.ofArray(expected),
                        new Lines(rows, length, 1),
                        Workers.CALLER);
        expectations.add(
                new Expected("softmax of " + length, to, expected, logarithm ? 3e-6 : 4e-7));
    }

    @Test
    void softmaxAgreesWithJava() {
        for (int length : LENGTHS) {
            for (boolean logarithm : new boolean[] {false, true}) {
                int rows = 1 + random.nextInt(3);
                softmax(numbers(rows * length), rows, length, logarithm, random.nextBoolean());
            }
        }
        runAndCompare();
    }

    @Test
    void softmaxOfUnusualNumbers() {
        float inf = Float.POSITIVE_INFINITY;
        float nan = Float.NaN;
        float[][] rows = {
            {-inf, 0, 1, -inf, 2, -inf, -inf},
            {-inf, -inf, -inf, -inf, -inf, -inf, -inf},
            {1, 2, nan, 3, 4, 5, 6},
            {1, 2, 3, 4, 5, 6, nan},
            {inf, 2, 3, 4, 5, 6, 7},
            {-1e30f, 0, 3e38f, -3e38f, 1, 2, 3},
            {0, -90, -100, -87.4f, -87.2f, -1e9f, 0}
        };
        for (var row : rows) {
            softmax(row, 1, row.length, false, false);
        }
        runAndCompare();
    }

    private long address(float @Nullable [] numbers) {
        return numbers == null ? 0 : emulation.floats(numbers, random.nextBoolean()).address();
    }

    private static @Nullable MemorySegment segment(float @Nullable [] numbers) {
        return numbers == null ? null : MemorySegment.ofArray(numbers);
    }

    @Test
    void normalizationAgreesWithJava() {
        for (int length : LENGTHS) {
            for (var statistic : Statistic.values()) {
                int rows = 1 + random.nextInt(3);
                var x = numbers(rows * length);
                float[] scale = random.nextBoolean() ? numbers(length) : null;
                float[] bias = random.nextBoolean() ? numbers(length) : null;
                var code = new NormalizeCode(statistic, 1e-5f, scale != null, bias != null);
                var y = emulation.floats(new float[rows * length], random.nextBoolean());
                emulation.call(
                        emulation.routine(code.emit(Emulation.assembler())),
                        address(x),
                        y.address(),
                        rows,
                        length,
                        address(scale),
                        address(bias),
                        Float.floatToRawIntBits(length));
                var expected = new float[rows * length];
                new JavaNormalize()
                        .bind(new Normalize.Query(statistic, 1e-5f))
                        .run(
                                MemorySegment.ofArray(x),
                                MemorySegment.ofArray(expected),
                                new Normalize.Groups(
                                        rows, length, segment(scale), segment(bias), 1, length),
                                Workers.CALLER);
                expectations.add(
                        new Expected(
                                statistic + " of " + length,
                                y,
                                expected,
                                length == 1 ? 1e-3 : 2e-5));
            }
        }
        runAndCompare();
    }
}

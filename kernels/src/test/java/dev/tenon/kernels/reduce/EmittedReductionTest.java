package dev.tenon.kernels.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.kernels.GuardedMemory;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Reductions as machine code against those in Java.
class EmittedReductionTest {
    private static final int[] LENGTHS = {1, 2, 7, 8, 9, 31, 32, 33, 100, 385};
    private static final int[] INNERS = {1, 2, 8, 9, 31, 32, 45, 300};
    private static final float[] SPECIAL = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f
    };

    @BeforeEach
    void needsMachineCode() {
        assumeTrue(VectorMachine.here() instanceof VectorMachine.Availability.Ready);
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithJava(Fold fold) {
        var random = new Random(fold.ordinal());
        for (int length : LENGTHS) {
            for (int inner : INNERS) {
                check(fold, new Lines(1 + random.nextInt(3), length, inner), random);
            }
        }
    }

    private static void check(Fold fold, Lines lines, Random random) {
        int size = (int) (lines.count() * lines.length());
        int count = (int) lines.count();
        try (var memory = new GuardedMemory()) {
            var x = memory.floats(size, random.nextBoolean());
            var y = memory.floats(count, random.nextBoolean());
            for (int i = 0; i < size; i++) {
                boolean special = random.nextInt(300) == 0;
                Memory.set(
                        x,
                        i,
                        special
                                ? SPECIAL[random.nextInt(SPECIAL.length)]
                                : (float) random.nextGaussian());
            }
            var query = new Reduction.Query(fold);
            var expected = new float[count];
            var java = new JavaReduction().bind(query);
            java.run(x, MemorySegment.ofArray(expected), lines, Workers.CALLER);
            var kernel = new EmittedReduction().bind(query);
            kernel.run(x, y, lines, Workers.CALLER);
            var actual = new float[count];
            Memory.load(y, 0, actual, 0, count);
            boolean exact = fold == Fold.MAX || fold == Fold.MIN;
            for (int i = 0; i < count; i++) {
                double magnitude = Float.isFinite(expected[i]) ? Math.abs(expected[i]) : 0;
                double tolerance = exact ? 0 : 2e-7 * lines.length() + 2e-6 * magnitude;
                assertEquals(expected[i], actual[i], tolerance, fold + " " + lines + " at " + i);
            }
            var floats = new float[size];
            Memory.load(x, 0, floats, 0, size);
            var onHeap = MemorySegment.ofArray(new float[count]);
            kernel.run(MemorySegment.ofArray(floats), onHeap, lines, Workers.CALLER);
            Memory.load(onHeap, 0, expected, 0, count);
            assertArrayEquals(actual, expected);
        }
    }
}

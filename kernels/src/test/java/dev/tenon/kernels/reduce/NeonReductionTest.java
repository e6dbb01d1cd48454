package dev.tenon.kernels.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import dev.tenon.kernels.vector.Emulation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Reductions for NEON, under emulation, against those in Java.
@Tag("emulated")
class NeonReductionTest {
    private static final int[] LENGTHS = {1, 2, 3, 4, 5, 15, 16, 17, 33, 100};
    private static final int[] INNERS = {1, 2, 3, 4, 5, 17, 32, 45};
    private static final float[] SPECIAL = {
        Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f
    };

    /// What memory is to hold.
    private record Expected(Lines lines, Emulation.Memory memory, float[] numbers) {}

    private static float number(Random random) {
        return random.nextInt(100) == 0
                ? SPECIAL[random.nextInt(SPECIAL.length)]
                : (float) random.nextGaussian();
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithJava(Fold fold) {
        Emulation.assumePresent();
        var random = new Random(fold.ordinal());
        var emulation = new Emulation();
        var expectations = new ArrayList<Expected>();
        for (int length : LENGTHS) {
            for (int inner : INNERS) {
                var lines = new Lines(inner > 1 ? 1 : 1 + random.nextInt(3), length, inner);
                expectations.add(reduce(emulation, random, fold, lines));
            }
        }
        emulation.run();
        boolean exact = fold == Fold.MAX || fold == Fold.MIN;
        for (var expected : expectations) {
            var got = emulation.floats(expected.memory);
            for (int i = 0; i < got.length; i++) {
                float number = expected.numbers[i];
                double magnitude = Float.isFinite(number) ? Math.abs(number) : 0;
                double error = 2e-7 * expected.lines.length() + 2e-6 * magnitude;
                assertEquals(number, got[i], exact ? 0 : error, expected.lines + " at " + i);
            }
        }
    }

    private static Expected reduce(Emulation emulation, Random random, Fold fold, Lines lines) {
        int length = lines.length();
        int inner = lines.inner();
        var x = new float[(int) lines.count() * length];
        for (int i = 0; i < x.length; i++) {
            x[i] = number(random);
        }
        var from = emulation.floats(x, random.nextBoolean());
        var to = emulation.floats(new float[(int) lines.count()], random.nextBoolean());
        boolean columns = inner > 1;
        emulation.call(
                emulation.routine(new ReductionCode(fold, columns).emit(Emulation.assembler())),
                from.address(),
                to.address(),
                columns ? length : lines.outer(),
                columns ? inner : length,
                (long) inner * Float.BYTES,
                Float.floatToRawIntBits(length));
        var expected = new float[(int) lines.count()];
        new JavaReduction()
                .bind(new Reduction.Query(fold))
                .run(
                        MemorySegment.ofArray(x),
                        MemorySegment.ofArray(expected),
                        lines,
                        Workers.CALLER);
        return new Expected(lines, to, expected);
    }
}

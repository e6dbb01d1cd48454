package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.asm.exec.Routine;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.ScalarMath;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Emitted functions against `double` arithmetic: on every 9973th `float` and around all powers of
/// two, or on all of them with `-Dtenon.exhaustive`.
class VectorMathTest {
    private static final int BATCH = 1 << 16;
    private static final int STEP = Boolean.getBoolean("tenon.exhaustive") ? 1 : 9973;
    private static final int AROUND = 64;
    private static final int MAX_ULP = 2;

    private static final VectorMachine.Availability MACHINE = VectorMachine.here();

    /// Checks a function on batches of arguments.
    private static final class Sweep implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment x = arena.allocate(4L * BATCH, 64);
        private final MemorySegment y = arena.allocate(4L * BATCH, 64);
        private final Routine routine;
        private final DoubleUnaryOperator exact;
        private int count;
        private long worst;
        private float worstAt;

        Sweep(Scalar expression, DoubleUnaryOperator exact) {
            var machine = ((VectorMachine.Availability.Ready) MACHINE).machine();
            this.routine =
                    new Rectangles(machine, Program.of(expression, 1))
                            .routine(List.of(Access.COLUMNS), false);
            this.exact = exact;
        }

        void add(int bits) {
            x.setAtIndex(ValueLayout.JAVA_INT, count++, bits);
            if (count == BATCH) {
                flush();
            }
        }

        void flush() {
            long[] places = {x.address(), 0};
            Rectangles.call(routine, 1, count, y.address(), 0, places, 1);
            for (int i = 0; i < count; i++) {
                float argument = x.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                long error = error(y.getAtIndex(ValueLayout.JAVA_FLOAT, i), argument);
                if (error > worst) {
                    worst = error;
                    worstAt = argument;
                }
            }
            count = 0;
        }

        /// The distance to the exactly rounded result, in ulp.
        private long error(float got, float argument) {
            float expected = (float) exact.applyAsDouble(argument);
            if (Float.isNaN(expected) || Float.isNaN(got)) {
                return Float.isNaN(expected) && Float.isNaN(got) ? 0 : Long.MAX_VALUE;
            }
            if (Float.floatToRawIntBits(expected) < 0 != Float.floatToRawIntBits(got) < 0) {
                return Long.MAX_VALUE;
            }
            return Math.abs(
                    (long) Float.floatToRawIntBits(got) - Float.floatToRawIntBits(expected));
        }

        void run() {
            for (long i = 0; i < 1L << 32; i += STEP) {
                add((int) i);
            }
            for (int exponent = 0; exponent <= 255; exponent++) {
                for (int i = -AROUND; i <= AROUND; i++) {
                    add((exponent << 23) + i);
                    add((exponent << 23) + i ^ Integer.MIN_VALUE);
                }
            }
            flush();
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static void check(Scalar expression, DoubleUnaryOperator exact) {
        assumeTrue(MACHINE instanceof VectorMachine.Availability.Ready);
        try (var sweep = new Sweep(expression, exact)) {
            sweep.run();
            assertTrue(
                    sweep.worst <= MAX_ULP,
                    () ->
                            String.format(
                                    Locale.ROOT,
                                    "%s: %d ulp at %s",
                                    expression,
                                    sweep.worst,
                                    sweep.worstAt));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = UnaryFunction.class,
            names = {"SQRT", "EXP", "EXPM1", "LOG", "LOG1P", "TANH", "ERF", "SIGN", "ROUND"})
    void isWithinTwoUlp(UnaryFunction function) {
        check(Scalar.apply(function, Scalar.arg(0)), x -> ScalarMath.apply(function, x));
    }

    @Test
    void sigmoidIsWithinTwoUlp() {
        var x = Scalar.arg(0);
        check(Scalar.constant(1).over(x.negate().exp().plus(1)), v -> 1 / (1 + Math.exp(-v)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5, 1, 2, 3})
    void powersAreWithinTwoUlp(double exponent) {
        check(Scalar.arg(0).power(Scalar.constant(exponent)), v -> Math.pow(v, exponent));
    }
}

package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.ScalarMath;
import dev.tenon.kernels.elementwise.RectangleArguments.Access;
import dev.tenon.kernels.vector.Emulation;
import dev.tenon.kernels.vector.VectorMachine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Emitted functions against `double` arithmetic: on every 9973th `float`, or every 99,991st under
/// emulation, and around all powers of two; or on all of them with `-Dtenon.exhaustive`.
class VectorMathTest {
    private static final int BATCH = 1 << 18;
    private static final boolean EXHAUSTIVE = Boolean.getBoolean("tenon.exhaustive");
    private static final int STEP = EXHAUSTIVE ? 1 : 9973;
    private static final int STEP_EMULATED = EXHAUSTIVE ? 1 : 99_991;
    private static final int AROUND = 64;
    private static final int MAX_ULP = 2;

    private static final VectorMachine.Availability MACHINE = VectorMachine.here();

    /// Gives the arguments in batches.
    private static void sweep(int step, Consumer<float[]> body) {
        var batch = new float[BATCH];
        int count = 0;
        for (long i = 0; i < 1L << 32; i += step) {
            batch[count++] = Float.intBitsToFloat((int) i);
            if (count == BATCH) {
                body.accept(batch);
                count = 0;
            }
        }
        body.accept(Arrays.copyOf(batch, count));
        var around = new float[256 * (2 * AROUND + 1) * 2];
        count = 0;
        for (int exponent = 0; exponent <= 255; exponent++) {
            for (int i = -AROUND; i <= AROUND; i++) {
                int bits = (exponent << 23) + i;
                around[count++] = Float.intBitsToFloat(bits);
                around[count++] = Float.intBitsToFloat(bits ^ Integer.MIN_VALUE);
            }
        }
        body.accept(around);
    }

    /// The function as this process runs it.
    private static UnaryOperator<float[]> here(Scalar expression) {
        var machine = ((VectorMachine.Availability.Ready) MACHINE).machine();
        var routine =
                new Rectangles(machine, Program.of(expression, 1))
                        .routine(List.of(Access.COLUMNS), false);
        return arguments -> {
            try (var arena = Arena.ofConfined()) {
                var x = arena.allocateFrom(ValueLayout.JAVA_FLOAT, arguments);
                MemorySegment y = arena.allocate(x.byteSize(), Float.BYTES);
                long[] places = {x.address(), 0};
                Rectangles.call(routine, 1, arguments.length, y.address(), 0, places, 1);
                return y.toArray(ValueLayout.JAVA_FLOAT);
            }
        };
    }

    /// The function on NEON, under emulation.
    private static UnaryOperator<float[]> onNeon(Scalar expression) {
        var recipe = new RectangleCode(Program.of(expression, 1), List.of(Access.COLUMNS), false);
        var code = recipe.emit(Emulation.assembler());
        return arguments -> {
            var emulation = new Emulation();
            var x = emulation.floats(arguments, true);
            var y = emulation.floats(new float[arguments.length], true);
            long extent = 1L << Integer.SIZE | arguments.length;
            emulation.call(emulation.routine(code), extent, y.address(), 0, x.address(), 0);
            emulation.run();
            return emulation.floats(y);
        };
    }

    private static void check(
            Scalar expression,
            DoubleUnaryOperator exact,
            int step,
            UnaryOperator<float[]> machine) {
        var worst = new LongAccumulator(Math::max, 0);
        sweep(
                step,
                arguments -> {
                    var results = machine.apply(arguments);
                    for (int i = 0; i < results.length; i++) {
                        long error = error((float) exact.applyAsDouble(arguments[i]), results[i]);
                        if (error > MAX_ULP) {
                            fail(expression + ": " + error + " ulp at " + arguments[i]);
                        }
                        worst.accumulate(error);
                    }
                });
        if (EXHAUSTIVE) {
            System.out.println(expression + ": at most " + worst + " ulp");
        }
    }

    /// The distance to the exactly rounded result, in ulp.
    private static long error(float expected, float got) {
        if (Float.isNaN(expected) || Float.isNaN(got)) {
            return Float.isNaN(expected) && Float.isNaN(got) ? 0 : Long.MAX_VALUE;
        }
        if (Float.floatToRawIntBits(expected) < 0 != Float.floatToRawIntBits(got) < 0) {
            return Long.MAX_VALUE;
        }
        return Math.abs((long) Float.floatToRawIntBits(got) - Float.floatToRawIntBits(expected));
    }

    private static void check(Scalar expression, DoubleUnaryOperator exact) {
        assumeTrue(MACHINE instanceof VectorMachine.Availability.Ready);
        check(expression, exact, STEP, here(expression));
    }

    /// Besides, NEON gives the same bits as this processor where that has no tables.
    private static void checkOnNeon(Scalar expression, DoubleUnaryOperator exact) {
        Emulation.assumePresent();
        var neon = onNeon(expression);
        check(
                expression,
                exact,
                STEP_EMULATED,
                arguments -> {
                    var results = neon.apply(arguments);
                    if (MACHINE instanceof VectorMachine.Availability.Ready(var machine)
                            && !machine.assembler().hasTables()) {
                        var others = here(expression).apply(arguments);
                        for (int i = 0; i < results.length; i++) {
                            float argument = arguments[i];
                            assertEquals(others[i], results[i], () -> expression + ": " + argument);
                        }
                    }
                    return results;
                });
    }

    private static DoubleUnaryOperator exact(UnaryFunction function) {
        return x -> ScalarMath.apply(function, x);
    }

    private static Scalar sigmoid() {
        return Scalar.constant(1).over(Scalar.arg(0).negate().exp().plus(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = UnaryFunction.class,
            names = {"SQRT", "EXP", "EXPM1", "LOG", "LOG1P", "TANH", "ERF", "SIGN", "ROUND"})
    void isWithinTwoUlp(UnaryFunction function) {
        check(Scalar.apply(function, Scalar.arg(0)), exact(function));
    }

    @ParameterizedTest
    @EnumSource(
            value = UnaryFunction.class,
            names = {"SQRT", "EXP", "EXPM1", "LOG", "LOG1P", "TANH", "ERF", "SIGN", "ROUND"})
    @Tag("emulated")
    void isWithinTwoUlpOnNeon(UnaryFunction function) {
        checkOnNeon(Scalar.apply(function, Scalar.arg(0)), exact(function));
    }

    @Test
    void sigmoidIsWithinTwoUlp() {
        check(sigmoid(), v -> 1 / (1 + Math.exp(-v)));
    }

    @Test
    @Tag("emulated")
    void sigmoidIsWithinTwoUlpOnNeon() {
        checkOnNeon(sigmoid(), v -> 1 / (1 + Math.exp(-v)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5, 1, 2, 3})
    void powersAreWithinTwoUlp(double exponent) {
        check(Scalar.arg(0).power(Scalar.constant(exponent)), v -> Math.pow(v, exponent));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.5, 1, 2, 3})
    @Tag("emulated")
    void powersAreWithinTwoUlpOnNeon(double exponent) {
        checkOnNeon(Scalar.arg(0).power(Scalar.constant(exponent)), v -> Math.pow(v, exponent));
    }
}

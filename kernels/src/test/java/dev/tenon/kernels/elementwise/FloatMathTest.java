package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Scalar;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// The error bounds that [FloatMath] states.
class FloatMathTest {
    private static final int COUNT = 1 << 12;

    private static final float[] SPECIAL = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        88.72f,
        88.73f,
        -87.3f,
        -87.4f,
        -103f,
        -104f,
        1f,
        -1f
    };

    private interface Function {
        void apply(float[] x, float[] d, int n);
    }

    @Test
    void exp() {
        check(FloatMath::exp, Math::exp, 2, -110, 90);
    }

    @Test
    void expm1() {
        check(FloatMath::expm1, Math::expm1, 4, -20, 90);
    }

    @Test
    void log() {
        check(FloatMath::log, Math::log, 3, 0, 4);
        check(FloatMath::log, Math::log, 3, 0, Float.MAX_VALUE);
    }

    @Test
    void tanh() {
        check(FloatMath::tanh, Math::tanh, 4, -10, 10);
    }

    @Test
    void erf() {
        var erf = Scalar.arg(0).erf();
        check(FloatMath::erf, erf::evaluate, 4, -5, 5);
    }

    private static void check(
            Function function, DoubleUnaryOperator exact, double ulps, float from, float to) {
        var random = new Random(1);
        var x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            boolean small = i % 2 == 0;
            x[i] =
                    small
                            ? (float) Math.scalb(random.nextDouble() - 0.5, -random.nextInt(40))
                            : from + (to - from) * random.nextFloat();
            x[i] = from >= 0 ? Math.abs(x[i]) : x[i];
        }
        System.arraycopy(SPECIAL, 0, x, 0, SPECIAL.length);
        var d = new float[COUNT];
        function.apply(x, d, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double expected = exact.applyAsDouble(x[i]);
            float nearest = (float) expected;
            if (Float.isNaN(nearest) || Float.isInfinite(nearest) || nearest == 0) {
                assertEquals(nearest, d[i], "of " + x[i]);
            } else {
                double error = Math.abs(d[i] - expected) / Math.ulp(nearest);
                float argument = x[i];
                assertTrue(error <= ulps, () -> error + " ulp at " + argument);
            }
        }
        for (int n : new int[] {0, 1, 7, 9}) {
            var own = x.clone();
            function.apply(own, own, n);
            for (int i = 0; i < n; i++) {
                assertEquals(d[i], own[i]);
            }
            assertEquals(x[n], own[n]);
        }
    }
}

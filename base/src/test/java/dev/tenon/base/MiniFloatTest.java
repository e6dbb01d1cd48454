package dev.tenon.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MiniFloatTest {
    @ParameterizedTest
    @EnumSource(
            names = {
                "FLOAT16",
                "BFLOAT16",
                "FLOAT8E4M3FN",
                "FLOAT8E4M3FNUZ",
                "FLOAT8E5M2",
                "FLOAT8E5M2FNUZ",
                "FLOAT8E8M0",
                "FLOAT4E2M1"
            })
    void everyCodeIsReadBackAndEveryNumberGoesToTheNearest(DType dtype) {
        var format = dtype.miniFloat();
        int codes = 1 << dtype.bits();
        for (int code = 0; code < codes; code++) {
            double value = format.decode(code);
            int encoded = format.encode(value, MiniFloat.Overflow.SPECIAL);
            if (Double.isNaN(value)) {
                assertTrue(Double.isNaN(format.decode(encoded)));
            } else {
                assertEquals(code, encoded);
            }
        }
        if (codes <= 256) {
            nearest(format, codes);
        }
    }

    private static void nearest(MiniFloat format, int codes) {
        var random = new Random(3);
        for (int i = 0; i < 5000; i++) {
            double value =
                    (random.nextDouble() * 2 - (format.signed() ? 1 : 0))
                            * Math.min(format.max(), Math.scalb(1.0, random.nextInt(40) - 20));
            double got = format.decode(format.encode(value, MiniFloat.Overflow.SATURATE));
            double best = Double.POSITIVE_INFINITY;
            for (int code = 0; code < codes; code++) {
                double candidate = format.decode(code);
                if (!Double.isNaN(candidate)) {
                    best = Math.min(best, Math.abs(candidate - value));
                }
            }
            assertEquals(best, Math.abs(got - value), value + " became " + got);
        }
    }

    @Test
    void binary16AgreesWithThePlatform() {
        var random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isNaN(value)) {
                assertEquals(
                        Float.floatToFloat16(value) & 0xffff,
                        MiniFloat.F16.encode(value, MiniFloat.Overflow.SPECIAL));
            }
        }
    }

    @Test
    void overflowSaturatesOrIsSpecial() {
        assertEquals(
                448,
                MiniFloat.F8E4M3FN.decode(
                        MiniFloat.F8E4M3FN.encode(1e9, MiniFloat.Overflow.SATURATE)));
        assertTrue(
                Double.isNaN(
                        MiniFloat.F8E4M3FN.decode(
                                MiniFloat.F8E4M3FN.encode(1e9, MiniFloat.Overflow.SPECIAL))));
        assertEquals(
                Double.NEGATIVE_INFINITY,
                MiniFloat.F8E5M2.decode(MiniFloat.F8E5M2.encode(-1e9, MiniFloat.Overflow.SPECIAL)));
        assertEquals(
                -6,
                MiniFloat.F4E2M1.decode(MiniFloat.F4E2M1.encode(-100, MiniFloat.Overflow.SPECIAL)));
    }
}

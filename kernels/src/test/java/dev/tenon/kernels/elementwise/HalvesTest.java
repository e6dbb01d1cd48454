package dev.tenon.kernels.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Floats of 16 bits against the definition of their formats.
class HalvesTest {
    private static final int CODES = 1 << 16;

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void everyCodeIsRead(DType dtype) {
        var codes = Tensor.zeros(dtype, CODES);
        for (int code = 0; code < CODES; code++) {
            codes.setBits(code, code);
        }
        var floats = new float[CODES + 1];
        Halves.load(codes, 0, floats, 1, CODES);
        var all = codes.toFloats();
        var format = Objects.requireNonNull(dtype.miniFloat());
        for (int code = 0; code < CODES; code++) {
            assertEquals((float) format.decode(code), floats[code + 1]);
            assertEquals(floats[code + 1], all[code]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void numbersAreRoundedToNearestEven(DType dtype) {
        var format = Objects.requireNonNull(dtype.miniFloat());
        var random = new Random(5);
        var floats = new float[4 * CODES];
        for (int code = 0; code < CODES; code++) {
            float exact = (float) format.decode(code);
            float next = (float) format.decode(code + 1 & CODES - 1);
            float middle = (float) (0.5 * exact + 0.5 * next);
            floats[4 * code] = middle;
            floats[4 * code + 1] = Math.nextUp(middle);
            floats[4 * code + 2] = Math.nextDown(middle);
            floats[4 * code + 3] = Float.intBitsToFloat(random.nextInt());
        }
        var actual = Tensor.zeros(dtype, floats.length + 1);
        Halves.store(floats, actual, 1, floats.length);
        var expected = Tensor.zeros(dtype, 1);
        for (int i = 0; i < floats.length; i++) {
            expected.setDouble(0, floats[i]);
            assertEquals(expected.getDouble(0), actual.getDouble(i + 1), "of " + floats[i]);
        }
    }
}

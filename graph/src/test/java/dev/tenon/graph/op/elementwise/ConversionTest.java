package dev.tenon.graph.op.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Tensor;
import org.junit.jupiter.api.Test;

class ConversionTest {
    private static final float INF = Float.POSITIVE_INFINITY;

    private static Tensor convert(DType to, boolean saturate, RoundMode mode, float... elements) {
        return new Converter(to, saturate, mode).convert(Tensor.of(elements, elements.length));
    }

    private static Tensor convert(DType to, float... elements) {
        return convert(to, true, RoundMode.UP, elements);
    }

    @Test
    void floatsOfEightBitsSaturateOnlyWhenAsked() {
        assertArrayEquals(
                new float[] {448, -448, 448, 18},
                convert(DType.FLOAT8E4M3FN, 1e6f, -INF, 449, 17.5f).toFloats());
        assertArrayEquals(
                new float[] {INF, -INF, Float.NaN},
                convert(DType.FLOAT8E5M2, false, RoundMode.UP, 1e6f, -INF, Float.NaN).toFloats());
        assertArrayEquals(
                new float[] {Float.NaN, Float.NaN},
                convert(DType.FLOAT8E4M3FNUZ, false, RoundMode.UP, 1e6f, -INF).toFloats());
    }

    @Test
    void powersOfTwoRoundAsAsked() {
        float[] x = {3, 2.9f, 2, 1.1f};
        assertArrayEquals(
                new float[] {4, 4, 2, 2},
                convert(DType.FLOAT8E8M0, true, RoundMode.UP, x).toFloats());
        assertArrayEquals(
                new float[] {2, 2, 2, 1},
                convert(DType.FLOAT8E8M0, true, RoundMode.DOWN, x).toFloats());
        assertArrayEquals(
                new float[] {4, 2, 2, 1},
                convert(DType.FLOAT8E8M0, true, RoundMode.NEAREST, x).toFloats());
    }

    @Test
    void integersTruncateAndWrap() {
        assertArrayEquals(
                new long[] {-1, 1, 0}, convert(DType.INT64, -1.9f, 1.9f, Float.NaN).toLongs());
        assertArrayEquals(new long[] {-8, 7}, convert(DType.INT4, 8, -9).toLongs());
        assertArrayEquals(
                new long[] {1, 1, 0}, convert(DType.BOOL, 0.3f, Float.NaN, -0.0f).toLongs());
    }

    @Test
    void stringsAreReadAndWritten() {
        var words = Tensor.of(new String[] {"0.1", "-INF", "+inf", "nan", "1e-5"}, 5);
        assertArrayEquals(
                new float[] {0.1f, -INF, INF, Float.NaN, 1e-5f},
                new Converter(DType.FLOAT32, true, RoundMode.UP).convert(words).toFloats());
        assertArrayEquals(
                new String[] {"0.1", "-INF", "NaN", "0.00001", "-0.0", "3.0"},
                convert(DType.STRING, 0.1f, -INF, Float.NaN, 1e-5f, -0.0f, 3).strings());
        var numbers = new Converter(DType.INT64, true, RoundMode.UP);
        assertEquals(-12, numbers.convert(Tensor.of(new String[] {"-12"}, 1)).getLong(0));
        assertThrows(
                InputException.class, () -> numbers.convert(Tensor.of(new String[] {"Hello"}, 1)));
    }
}

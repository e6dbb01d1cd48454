package dev.tenon.graph.op.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.op.AutoPad;
import org.junit.jupiter.api.Test;

class QuantTest {
    private static Tensor longs(DType dtype, long[] dims, long... elements) {
        return Tensor.of(elements, dims).to(dtype);
    }

    private static Tensor floats(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    private static Tensor scalar(DType dtype, long element) {
        return longs(dtype, new long[0], element);
    }

    private static Tensor scalar(float element) {
        return Tensor.of(new float[] {element});
    }

    private static QuantizeLinear quantize(int axis, long block, DType dtype) {
        return new QuantizeLinear(axis, block, dtype, null, true);
    }

    @Test
    void quotientsRoundToEvenBeforeTheZeroPointIsAdded() {
        var result =
                SingleOp.tensor(
                        quantize(1, 0, null),
                        floats(1, 3, -1, 1000, Float.NaN),
                        scalar(2),
                        scalar(DType.INT8, 1));
        assertArrayEquals(new long[] {1, 3, 1, 127, 1}, result.toLongs());
    }

    @Test
    void scalesGoAlongTheAxis() {
        var x = Tensor.of(new float[] {2, 4, 6, 8}, 2, 2);
        assertArrayEquals(
                new long[] {2, 1, 6, 2},
                SingleOp.tensor(quantize(-1, 0, DType.UINT4), x, floats(1, 4)).toLongs());
        assertArrayEquals(
                new long[] {2, 4, 2, 2},
                SingleOp.tensor(quantize(0, 0, DType.UINT4), x, floats(1, 4)).toLongs());
    }

    @Test
    void lastBlockMayBeShorter() {
        var x = Tensor.of(new float[] {1, 2, 4, 8, 16, 32}, 3, 2);
        var scales = Tensor.of(new float[] {1, 2, 4, 8}, 2, 2);
        var quantized = SingleOp.tensor(quantize(0, 2, DType.INT8), x, scales);
        assertArrayEquals(new long[] {1, 1, 4, 4, 4, 4}, quantized.toLongs());
        var back = SingleOp.tensor(new DequantizeLinear(0, 2, null), quantized, scales);
        assertArrayEquals(new float[] {1, 2, 4, 8, 16, 32}, back.toFloats());
    }

    @Test
    void floatsOfEightBitsSaturateOnlyWhenAsked() {
        var x = floats(1000, 1);
        var dtype = DType.FLOAT8E4M3FN;
        assertEquals(448, SingleOp.tensor(quantize(0, 0, dtype), x, scalar(1)).getDouble(0));
        var special = SingleOp.tensor(new QuantizeLinear(0, 0, dtype, null, false), x, scalar(1));
        assertEquals(Double.NaN, special.getDouble(0));
        assertEquals(1, special.getDouble(1));
    }

    @Test
    void rangeOfDynamicQuantisationIncludesZero() {
        var results = SingleOp.run(new DynamicQuantizeLinear(), 3, floats(1, 2, 5.1f));
        assertEquals(0.02f, ((Tensor) results.get(1)).toFloats()[0]);
        assertEquals(0, ((Tensor) results.get(2)).getLong(0));
        assertArrayEquals(new long[] {50, 100, 255}, ((Tensor) results.get(0)).toLongs());
        assertEquals(
                1,
                ((Tensor) SingleOp.run(new DynamicQuantizeLinear(), 3, floats(0)).get(1))
                        .getDouble(0));
    }

    @Test
    void matricesHaveZeroPointsOfRowsAndColumns() {
        var a = longs(DType.UINT8, new long[] {2, 2}, 1, 2, 3, 4);
        var b = longs(DType.INT8, new long[] {2, 2}, 1, -2, 3, -4);
        var result =
                SingleOp.tensor(
                        new MatMulInteger(),
                        a,
                        b,
                        longs(DType.UINT8, new long[] {2}, 1, 3),
                        longs(DType.INT8, new long[] {2}, 0, 1));
        assertArrayEquals(new long[] {3, -5, 3, -5}, result.toLongs());
    }

    @Test
    void productsOfQuantisedMatricesAreScaled() {
        var a = longs(DType.UINT8, new long[] {1, 2}, 10, 20);
        var b = longs(DType.UINT8, new long[] {2, 1}, 3, 4);
        var result =
                SingleOp.tensor(
                        new QLinearMatMul(),
                        a,
                        scalar(0.5f),
                        scalar(DType.UINT8, 10),
                        b,
                        scalar(0.25f),
                        scalar(DType.UINT8, 0),
                        scalar(0.5f),
                        scalar(DType.INT8, -3));
        assertArrayEquals(new long[] {7}, result.toLongs());
    }

    @Test
    void paddingOfConvolutionsCountsAsTheZeroPoint() {
        var x = longs(DType.UINT8, new long[] {1, 1, 2}, 5, 7);
        var w = longs(DType.UINT8, new long[] {1, 1, 3}, 1, 1, 1);
        var same = new ConvInteger(AutoPad.SAME_UPPER, null, 1, null, null, null);
        assertArrayEquals(
                new long[] {2, 2}, SingleOp.tensor(same, x, w, scalar(DType.UINT8, 5)).toLongs());
    }

    @Test
    void channelsOfConvolutionsHaveTheirOwnScalesAndBiases() {
        var x = longs(DType.UINT8, new long[] {1, 1, 1}, 10);
        var w = longs(DType.INT8, new long[] {2, 1, 1}, 2, 2);
        var conv = new QLinearConv(AutoPad.NOTSET, null, 1, null, null, null);
        var result =
                SingleOp.tensor(
                        conv,
                        x,
                        scalar(1),
                        scalar(DType.UINT8, 0),
                        w,
                        floats(1, 0.5f),
                        scalar(DType.INT8, 0),
                        scalar(2),
                        scalar(DType.UINT8, 1),
                        longs(DType.INT32, new long[] {2}, 4, -100));
        assertArrayEquals(new long[] {13, 0}, result.toLongs());
    }

    @Test
    void scalesThatDoNotFitAreRefused() {
        var b = Graph.builder("test");
        var x = b.input("x", Type.tensor(DType.FLOAT32, 2, 3));
        var scales = b.input("s", Type.tensor(DType.FLOAT32, 2));
        assertThrows(GraphException.class, () -> b.add(quantize(1, 0, null), x, scales));
        assertThrows(GraphException.class, () -> b.add(quantize(0, 0, DType.FLOAT32), x, scales));
        assertEquals(Type.tensor(DType.UINT8, 2, 3), b.add(quantize(0, 0, null), x, scales).type());
    }
}

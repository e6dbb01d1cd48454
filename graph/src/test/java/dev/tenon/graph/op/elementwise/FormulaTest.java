package dev.tenon.graph.op.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormulaTest {
    private static Tensor longs(DType dtype, long... elements) {
        return Tensor.of(elements, elements.length).to(dtype);
    }

    private static Tensor floats(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    @Test
    void integersWrapToTheirWidth() {
        var sum =
                SingleOp.tensor(Binary.ADD, longs(DType.INT8, 127, -128), longs(DType.INT8, 1, -1));
        assertArrayEquals(new long[] {-128, 127}, sum.toLongs());
        assertArrayEquals(
                new long[] {250},
                SingleOp.tensor(Binary.SUB, longs(DType.UINT8, 4), longs(DType.UINT8, 10))
                        .toLongs());
    }

    @Test
    void sixtyFourBitsAreUnsignedWhereTheDtypeIs() {
        var large = longs(DType.UINT64, -2);
        assertEquals(-2, SingleOp.tensor(Unary.ABS, large).getLong(0));
        assertEquals(1, SingleOp.tensor(Unary.SIGN, large).getLong(0));
        assertEquals(0, SingleOp.tensor(Binary.LESS, large, longs(DType.UINT64, 1)).getLong(0));
        assertEquals(
                Long.MAX_VALUE,
                SingleOp.tensor(Binary.DIV, large, longs(DType.UINT64, 2)).getLong(0));
    }

    @Test
    void divisionOfIntegersTruncatesAndModuloFollowsTheDivisor() {
        var x = longs(DType.INT32, -7, 7);
        var y = longs(DType.INT32, 2, -2);
        assertArrayEquals(new long[] {-3, -3}, SingleOp.tensor(Binary.DIV, x, y).toLongs());
        assertArrayEquals(new long[] {1, -1}, SingleOp.tensor(new Mod(false), x, y).toLongs());
        assertArrayEquals(new long[] {-1, 1}, SingleOp.tensor(new Mod(true), x, y).toLongs());
    }

    @Test
    void powerHasTheTypeOfTheBase() {
        var result = SingleOp.tensor(Binary.POW, longs(DType.INT32, 4, 9), floats(0.5f, 1.5f));
        assertEquals(DType.INT32, result.dtype());
        assertArrayEquals(new long[] {2, 27}, result.toLongs());
    }

    @Test
    void clipTakesOneBoundAlone() {
        var x = floats(-3, 0, 3);
        assertArrayEquals(
                new float[] {-3, 0, 1},
                SingleOp.tensor(new Clip(), x, null, Tensor.of(new float[] {1})).toFloats());
        assertArrayEquals(
                new float[] {-1, 0, 3},
                SingleOp.tensor(new Clip(), x, Tensor.of(new float[] {-1})).toFloats());
    }

    @Test
    void smallResultsAreExact() {
        assertEquals(
                (float) Math.exp(-40), SingleOp.tensor(Unary.SOFTPLUS, floats(-40)).toFloats()[0]);
        assertEquals(1e-9f, SingleOp.tensor(new Elu(1), floats(1e-9f)).toFloats()[0]);
        assertEquals(-1e-9f, SingleOp.tensor(new Elu(1), floats(-1e-9f)).toFloats()[0]);
    }

    @Test
    void stringsAreComparedAndChosen() {
        var words = Tensor.of(new String[] {"a", "b"}, 2);
        var equal = SingleOp.tensor(Binary.EQUAL, words, Tensor.of(new String[] {"b"}, 1));
        assertArrayEquals(new long[] {0, 1}, equal.toLongs());
        assertArrayEquals(
                new String[] {"-", "b"},
                SingleOp.tensor(new Where(), equal, words, Tensor.of(new String[] {"-"}, 1))
                        .strings());
    }

    @Test
    void wrongTypesAreRefused() {
        var b = Graph.builder("test");
        var whole = b.input("i", Type.tensor(DType.INT32, 2));
        var real = b.input("f", Type.tensor(DType.FLOAT32, 2));
        assertThrows(GraphException.class, () -> b.add(Unary.SQRT, whole));
        assertThrows(GraphException.class, () -> b.add(Binary.ADD, whole, real));
        assertThrows(GraphException.class, () -> b.add(new Where(), whole, real, real));
        assertThrows(
                GraphException.class,
                () -> b.add(Binary.ADD, real, b.input("g", Type.tensor(DType.FLOAT32, 3))));
        assertThrows(GraphException.class, () -> b.add(new BitCast(DType.INT64), real));
    }

    @Test
    void unrankedInputsGiveUnrankedResults() {
        var b = Graph.builder("test");
        var x = b.input("x", Type.tensor(DType.FLOAT32, Shape.unranked()));
        var y = b.input("y", Type.tensor(DType.FLOAT32, 2));
        assertEquals(Type.tensor(DType.BOOL, Shape.unranked()), b.add(Binary.LESS, x, y).type());
    }

    @Test
    void extentsAreFollowedThroughFormulas() {
        var s = Dim.symbol("s");
        assertEquals(
                s.times(2).plus(1),
                DimFormula.evaluate(Binary.ADD.expression(2), List.of(s.times(2), Dim.ONE)));
        assertEquals(
                Dim.ZERO, DimFormula.evaluate(Binary.EQUAL.expression(2), List.of(s.plus(1), s)));
        assertEquals(null, DimFormula.evaluate(Binary.EQUAL.expression(2), List.of(s, Dim.ONE)));
        assertEquals(
                null,
                DimFormula.evaluate(Binary.DIV.expression(2), List.of(s.minus(1), Dim.of(2))));
        assertEquals(
                s.floorDiv(2),
                DimFormula.evaluate(Binary.DIV.expression(2), List.of(s, Dim.of(2))));
        assertEquals(null, DimFormula.in(DType.INT8, List.of(Dim.of(128))));
    }
}

package dev.tenon.graph.op.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.op.move.ShapeOf;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerateTest {
    private static Tensor scalar(long element) {
        return Tensor.of(new long[] {element});
    }

    @Test
    void rangesStopBeforeTheLimit() {
        assertArrayEquals(
                new long[] {10, 8, 6},
                SingleOp.tensor(new Range(), scalar(10), scalar(4), scalar(-2)).toLongs());
        assertEquals(0, SingleOp.tensor(new Range(), scalar(4), scalar(10), scalar(-2)).size());
        var floats =
                SingleOp.tensor(
                        new Range(),
                        Tensor.of(new float[] {1}),
                        Tensor.of(new float[] {2.1f}),
                        Tensor.of(new float[] {0.5f}));
        assertArrayEquals(new float[] {1, 1.5f, 2}, floats.toFloats());
    }

    @Test
    void rangesWithoutAStepAreRefused() {
        assertThrows(
                InputException.class,
                () -> SingleOp.tensor(new Range(), scalar(0), scalar(1), scalar(0)));
    }

    @Test
    void extentsGiveTheLengthOfARange() {
        var b = Graph.builder("test");
        var x = b.input("x", Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol("n"))));
        var n = b.add(new ShapeOf(0, null), x);
        var range = b.add(new Range(), b.constant(scalar(0)), n, b.constant(scalar(2)));
        assertEquals(Shape.of(Dim.symbol("n").ceilDiv(2)), range.tensorType().shape());
    }

    @Test
    void constantsOfAShapeRepeatTheirValue() {
        var op = new ConstantOfShape(Tensor.of(new long[] {7}, 1));
        assertArrayEquals(new long[] {7, 7, 7}, SingleOp.tensor(op, Tensor.ofLongs(3)).toLongs());
        assertEquals(0, SingleOp.tensor(op, Tensor.ofLongs()).rank());
        assertEquals(0, SingleOp.tensor(op, Tensor.ofLongs(2, 0)).size());
        var b = Graph.builder("test");
        assertEquals(
                List.of(Dim.of(7), Dim.of(7)), b.add(op, b.constant(Tensor.ofLongs(2))).content());
        assertThrows(GraphException.class, () -> b.add(op, b.constant(Tensor.ofLongs(-1))));
    }

    @Test
    void diagonalsMayLieOutside() {
        var like = Tensor.zeros(DType.INT32, 2, 3);
        assertArrayEquals(
                new long[] {0, 1, 0, 0, 0, 1},
                SingleOp.tensor(new EyeLike(null, 1), like).toLongs());
        assertArrayEquals(
                new long[] {0, 0, 0, 1, 0, 0},
                SingleOp.tensor(new EyeLike(DType.BOOL, -1), like).toLongs());
        assertArrayEquals(new long[6], SingleOp.tensor(new EyeLike(null, 5), like).toLongs());
    }

    @Test
    void indicesOutOfRangeAreNowhereOn() {
        var indices = Tensor.of(new long[] {0, -1, 3}, 3);
        var values = Tensor.of(new float[] {2, 5}, 2);
        assertArrayEquals(
                new float[] {5, 2, 2, 2, 2, 5, 2, 2, 2},
                SingleOp.tensor(new OneHot(-1), indices, scalar(3), values).toFloats());
        assertArrayEquals(
                new float[] {5, 2, 2, 2, 2, 2, 2, 5, 2},
                SingleOp.tensor(new OneHot(0), indices, scalar(3), values).toFloats());
    }
}

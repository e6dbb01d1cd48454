package dev.tenon.graph.op.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.control.SequenceEmpty;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.reduce.Folding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FusedTest {
    private static final Scalar X = Scalar.arg(0);
    private static final Conv CONV =
            new Conv(AutoPad.NOTSET, null, 1, null, Longs.of(1, 1, 1, 1), null);

    private static Tensor ramp(long... dims) {
        var elements = new float[(int) Tensor.size(dims)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (i * 7 % 11) - 5;
        }
        return Tensor.of(elements, dims);
    }

    private static Tensor transposed(Tensor x, Longs order) {
        return SingleOp.tensor(new Transpose(order), x);
    }

    @Test
    void mapBroadcasts() {
        var map = new dev.tenon.graph.op.fused.Map(X.times(Scalar.arg(1)).plus(1));
        var y = SingleOp.tensor(map, Tensor.of(new float[] {1, 2, 3}, 3, 1), ramp(2));
        assertArrayEquals(new long[] {3, 2}, y.dims());
        assertArrayEquals(new float[] {-4, 3, -9, 5, -14, 7}, y.toFloats());
    }

    @Test
    void mapChoosesByBooleans() {
        var map = new dev.tenon.graph.op.fused.Map(Scalar.select(X, Scalar.arg(1), X.negate()));
        var condition = Tensor.zeros(DType.BOOL, 2);
        condition.setLong(1, 1);
        var y = SingleOp.tensor(map, condition, Tensor.of(new float[] {8, 9}, 2));
        assertArrayEquals(new float[] {-0.0f, 9}, y.toFloats());
        assertThrows(GraphException.class, () -> SingleOp.tensor(map, condition, condition));
        assertThrows(GraphException.class, () -> SingleOp.tensor(map, ramp(2)));
        assertThrows(
                GraphException.class,
                () -> SingleOp.tensor(map, ramp(2), Tensor.zeros(DType.FLOAT64, 2)));
    }

    @Test
    void mapReduceIsAFoldOfAMap() {
        var squares = X.minus(Scalar.arg(1)).times(X);
        var x = ramp(3, 2, 4);
        var y = ramp(2, 1);
        var mapped = SingleOp.tensor(new dev.tenon.graph.op.fused.Map(squares), x, y);
        for (var folding : Folding.values()) {
            for (boolean keepdims : new boolean[] {true, false}) {
                for (var axes : List.of(Longs.of(0), Longs.of(1, 2), Longs.of(0, 2))) {
                    var expected =
                            SingleOp.tensor(
                                    Fold.of(folding, keepdims),
                                    mapped,
                                    Tensor.ofLongs(axes.toArray()));
                    var op = new MapReduce(squares, folding, axes, keepdims);
                    var actual = SingleOp.tensor(op, x, y);
                    assertArrayEquals(expected.dims(), actual.dims());
                    assertArrayEquals(expected.toFloats(), actual.toFloats());
                }
            }
        }
        assertThrows(
                GraphException.class, () -> new MapReduce(X, Folding.SUM, Longs.of(1, 1), true));
        var beyond = new MapReduce(X, Folding.SUM, Longs.of(3), true);
        assertThrows(GraphException.class, () -> SingleOp.tensor(beyond, x));
    }

    @Test
    void embeddingNormIsANormOfASumOfRows() {
        var words = ramp(5, 3);
        var places = ramp(2, 3);
        var picked = Tensor.ofLongs(4, -1, 0, 2).reshape(2, 2);
        var order = Tensor.ofLongs(1, 0);
        var scale = ramp(3);
        var sum =
                SingleOp.tensor(
                        new dev.tenon.graph.op.fused.Map(X.plus(Scalar.arg(1))),
                        SingleOp.tensor(new Gather(0), words, picked),
                        SingleOp.tensor(new Gather(0), places, order));
        var norm = new LayerNormalization(-1, 0.01f, DType.FLOAT32);
        var expected = SingleOp.tensor(norm, sum, scale);
        var op = new EmbeddingNorm(2, 0.01f);
        var y = SingleOp.tensor(op, words, picked, places, order, scale);
        assertArrayEquals(new long[] {2, 2, 3}, y.dims());
        assertArrayEquals(expected.toFloats(), y.toFloats());
        assertThrows(GraphException.class, () -> new EmbeddingNorm(0, 1));
        assertThrows(GraphException.class, () -> SingleOp.tensor(op, words, picked, scale));
    }

    @Test
    void epilogueFollowsTheBody() {
        var op = new WithEpilogue(new MatMul(), 2, X.plus(Scalar.arg(1)).max(Scalar.arg(2)));
        var y = SingleOp.tensor(op, ramp(2, 3), ramp(3, 2), ramp(2), Tensor.of(new float[] {0}, 1));
        var product = SingleOp.tensor(new MatMul(), ramp(2, 3), ramp(3, 2)).toFloats();
        var bias = ramp(2).toFloats();
        for (int i = 0; i < product.length; i++) {
            assertEquals(Math.max(0, product[i] + bias[i % 2]), y.getDouble(i));
        }
    }

    @Test
    void epilogueKeepsTheBodysShape() {
        var op = new WithEpilogue(new MatMul(), 1, X.plus(Scalar.arg(1)));
        assertThrows(
                GraphException.class,
                () -> SingleOp.tensor(op, ramp(2, 3), ramp(3, 2), ramp(1, 2, 2)));
        assertThrows(
                GraphException.class, () -> SingleOp.tensor(op, ramp(2, 3), ramp(3, 1), ramp(4)));
        var builder = Graph.builder("open");
        var x = builder.input("x", dev.tenon.base.Type.parse("f32[a,b]"));
        var operand = builder.input("operand", dev.tenon.base.Type.parse("f32[c]"));
        builder.output(builder.add(op, x, x, operand));
        var graph = builder.build();
        assertThrows(
                InputException.class,
                () ->
                        new dev.tenon.graph.Interpreter(0)
                                .run(
                                        graph,
                                        java.util.List.of(
                                                Tensor.of(new float[] {2}, 1, 1), ramp(4))));
    }

    @Test
    void bodiesAreOrdinary() {
        assertThrows(
                GraphException.class,
                () -> new WithEpilogue(new dev.tenon.graph.op.fused.Map(X), 0, X));
        assertThrows(GraphException.class, () -> new WithEpilogue(CONV, 0, Scalar.arg(1)));
        assertThrows(
                GraphException.class,
                () ->
                        new InLayout(
                                new SequenceEmpty(DType.FLOAT32),
                                Layout.CHANNELS_LAST,
                                Longs.of()));
    }

    @Test
    void layoutOnlyMovesElements() {
        var x = ramp(2, 3, 4, 5);
        var w = ramp(6, 3, 3, 3);
        var scale = ramp(6, 1, 1);
        var residual = ramp(2, 6, 4, 5);
        var body = new WithEpilogue(CONV, 2, X.times(Scalar.arg(1)).plus(Scalar.arg(2)));
        var expected = SingleOp.tensor(body, x, w, null, scale, residual);
        var last = Layout.CHANNELS_LAST.fromChannelsFirst(4);
        var op = new InLayout(body, Layout.CHANNELS_LAST, Longs.of(0, 4));
        var y =
                SingleOp.tensor(
                        op, transposed(x, last), w, null, scale, transposed(residual, last));
        assertArrayEquals(new long[] {2, 4, 5, 6}, y.dims());
        assertArrayEquals(transposed(expected, last).toFloats(), y.toFloats());
    }

    @Test
    void layoutOfPools() {
        var op = new InLayout(new GlobalAveragePool(), Layout.CHANNELS_LAST, Longs.of(0));
        assertArrayEquals(new long[] {2, 1, 1, 5}, SingleOp.tensor(op, ramp(2, 3, 4, 5)).dims());
        assertThrows(GraphException.class, () -> SingleOp.tensor(op, ramp(2)));
    }

    @Test
    void columnsAreInputsOfTheBody() {
        var op = new OfColumns(dev.tenon.graph.op.elementwise.Binary.SUB, Longs.of(2, 2));
        var x = Tensor.of(new float[] {1, 2, 10, 20, 3, 4, 30, 40}, 2, 4);
        assertArrayEquals(new float[] {-9, -18, -27, -36}, SingleOp.tensor(op, x).toFloats());
        assertThrows(GraphException.class, () -> SingleOp.tensor(op, ramp(2, 5)));
        assertThrows(GraphException.class, () -> new OfColumns(CONV, Longs.of()));
        var one = new OfColumns(dev.tenon.graph.op.elementwise.Binary.SUB, Longs.of(2));
        assertArrayEquals(new float[] {0, 0}, SingleOp.tensor(one, ramp(2), ramp(2)).toFloats());
    }

    @Test
    void standsInTextForm() {
        var text =
                """
                graph main(%x: f32[n,3,4,4], %w: f32[8,3,3,3], %r: f32[n,4,4,8]) -> (%y) {
                  %y: f32[n,4,4,8] = InLayout(%x, %w, _, %r) {body=WithEpilogue \
                {body=Conv {autoPad=NOTSET, group=1, pads=[1, 1, 1, 1]}, operands=1, \
                epilogue="(max (add x0 x1) 0.5)"}, layout=CHANNELS_LAST, laidInputs=[3]}
                }
                """;
        assertEquals(text, TextForm.parse(text, Map.of()).toString());
    }

    @Test
    void costsWhatItsPartsCost() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[1,5,5,3], %w: f32[2,3,3,3]) -> (%y) {
                          %y: f32[1,5,5,2] = InLayout(%x, %w) {body=WithEpilogue \
                        {body=Conv {autoPad=SAME_UPPER, group=1}, operands=0, \
                        epilogue="(max x0 0)"}, layout=CHANNELS_LAST, laidInputs=[0]}
                        }
                        """);
        assertEquals(2 * 50 * 27 + 50, GraphCost.of(graph).flops());
    }
}

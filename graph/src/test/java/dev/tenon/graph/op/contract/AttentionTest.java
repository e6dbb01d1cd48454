package dev.tenon.graph.op.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private static final double TOLERANCE = 1e-9;
    private final SplittableRandom random = new SplittableRandom(3);

    private Tensor noise(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT64, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.nextDouble() * 2 - 1);
        }
        return tensor;
    }

    private static Attention attention(
            boolean causal, @Nullable Integer left, @Nullable Integer right) {
        return new Attention(causal, null, left, null, 0, right, null, 0, null);
    }

    /// Part of an axis of a tensor.
    private static Tensor slice(Tensor tensor, int axis, long from, long to) {
        var dims = tensor.dims();
        dims[axis] = to - from;
        var result = Tensor.zeros(tensor.dtype(), dims);
        long inner = Nd.size(dims, axis + 1, dims.length);
        for (long i = 0; i < result.size(); i++) {
            long position = i / inner % dims[axis] + from;
            long outer = i / inner / dims[axis];
            result.copyElement(
                    i, tensor, (outer * tensor.dim(axis) + position) * inner + i % inner);
        }
        return result;
    }

    @Test
    void causalQueryTakesTheOnlyKeyItSees() {
        var v = noise(1, 2, 3, 4);
        var y =
                SingleOp.tensor(
                        attention(true, null, null), noise(1, 2, 3, 5), noise(1, 2, 3, 5), v);
        for (long head = 0; head < 2; head++) {
            for (long feature = 0; feature < 4; feature++) {
                assertEquals(
                        v.getDouble(head * 12 + feature),
                        y.getDouble(head * 12 + feature),
                        TOLERANCE);
            }
        }
    }

    @Test
    void windowOfOneTakesTheOwnValue() {
        var v = noise(1, 1, 3, 2);
        var y = SingleOp.tensor(attention(false, 0, 0), noise(1, 1, 3, 4), noise(1, 1, 3, 4), v);
        assertArrayEquals(v.toDoubles(), y.toDoubles(), TOLERANCE);
    }

    @Test
    void decodingStepsGiveWhatTheWholeSequenceGives() {
        var q = noise(2, 4, 5, 3);
        var k = noise(2, 2, 5, 3);
        var v = noise(2, 2, 5, 6);
        var op = attention(true, 2, null);
        var whole = SingleOp.tensor(op, q, k, v);
        var step =
                SingleOp.run(
                        op,
                        3,
                        slice(q, 2, 3, 5),
                        slice(k, 2, 3, 5),
                        slice(v, 2, 3, 5),
                        null,
                        slice(k, 2, 0, 3),
                        slice(v, 2, 0, 3));
        assertArrayEquals(
                slice(whole, 2, 3, 5).toDoubles(), ((Tensor) step.get(0)).toDoubles(), TOLERANCE);
        assertArrayEquals(k.toDoubles(), ((Tensor) step.get(1)).toDoubles());
        assertArrayEquals(v.toDoubles(), ((Tensor) step.get(2)).toDoubles());
    }

    @Test
    void paddedKeysDoNotCount() {
        var q = noise(2, 1, 2, 3);
        var k = noise(2, 1, 4, 3);
        var v = noise(2, 1, 4, 2);
        var y =
                SingleOp.tensor(
                        attention(true, null, null),
                        q,
                        k,
                        v,
                        null,
                        null,
                        null,
                        Tensor.ofLongs(4, 3));
        var second =
                SingleOp.tensor(
                        attention(true, null, null),
                        slice(q, 0, 1, 2),
                        slice(slice(k, 0, 1, 2), 2, 1, 3),
                        slice(slice(v, 0, 1, 2), 2, 1, 3),
                        null,
                        slice(slice(k, 0, 1, 2), 2, 0, 1),
                        slice(slice(v, 0, 1, 2), 2, 0, 1));
        assertArrayEquals(slice(y, 0, 1, 2).toDoubles(), second.toDoubles(), TOLERANCE);
    }

    @Test
    void queryWithoutKeysGivesZeros() {
        var mask = Tensor.of(new boolean[] {false, false, true, true}, 2, 2);
        var q = noise(1, 1, 2, 3);
        q.setDouble(0, Double.POSITIVE_INFINITY);
        var y =
                SingleOp.tensor(
                        attention(false, null, null),
                        q,
                        noise(1, 1, 2, 3),
                        noise(1, 1, 2, 2),
                        mask);
        assertArrayEquals(new double[2], slice(y, 2, 0, 1).toDoubles());
    }

    @Test
    void shortMaskHidesTheKeysBeyond() {
        var q = noise(1, 1, 2, 3);
        var k = noise(1, 1, 3, 3);
        var v = noise(1, 1, 3, 2);
        var y =
                SingleOp.tensor(
                        attention(false, null, null), q, k, v, Tensor.zeros(DType.FLOAT64, 2, 2));
        var cut =
                SingleOp.tensor(
                        attention(false, null, null), q, slice(k, 2, 0, 2), slice(v, 2, 0, 2));
        assertArrayEquals(cut.toDoubles(), y.toDoubles(), TOLERANCE);
    }

    @Test
    void infersSymbolicExtents() {
        var builder = Graph.builder("test");
        var outputs =
                builder.add(
                        new Attention(false, 2, null, 8, 0, null, null, 0, null),
                        "attention",
                        List.of(
                                builder.input("q", Type.parse("f32[B,L,64]")),
                                builder.input("k", Type.parse("f32[B,S,16]")),
                                builder.input("v", Type.parse("f32[B,S,20]")),
                                Value.NONE,
                                builder.input("pastKey", Type.parse("f32[B,2,P,8]")),
                                builder.input("pastValue", Type.parse("f32[B,2,P,10]"))),
                        4);
        assertEquals(
                List.of("f32[B,L,80]", "f32[B,2,P+S,8]", "f32[B,2,P+S,10]", "f32[B,8,L,P+S]"),
                outputs.stream().map(o -> o.type().toString()).toList());
    }

    @Test
    void refusesHeadsThatDoNotDivide() {
        assertThrows(
                GraphException.class,
                () ->
                        SingleOp.tensor(
                                attention(false, null, null),
                                noise(1, 3, 1, 2),
                                noise(1, 2, 1, 2),
                                noise(1, 2, 1, 2)));
    }

    @Test
    void flexSubgraphsSeeTheirCaptures() {
        var mod = Graph.builder("half");
        var scores = mod.input("scores", Type.parse("f64[B,H,L,S]"));
        var factor = mod.input("factor", Type.parse("f64[1,1,S,S]"));
        mod.output("out", mod.add(new MatMul(), scores, factor));
        var q = noise(1, 2, 2, 3);
        var k = noise(1, 2, 2, 3);
        var v = noise(1, 2, 2, 3);
        var swap = Tensor.of(new double[] {0, 1, 1, 0}, 1, 1, 2, 2);
        var flex = SingleOp.tensor(new FlexAttention(mod.build(), null, null, null), q, k, v, swap);
        Datum[] swapped = {q, k, SingleOp.tensor(new MatMul(), swap, v)};
        assertArrayEquals(
                SingleOp.tensor(attention(false, null, null), swapped[0], swapped[1], swapped[2])
                        .toDoubles(),
                flex.toDoubles(),
                TOLERANCE);
    }

    @Test
    void flexSubgraphsMayBeLeftOutOfTheText() {
        var text =
                """
                graph g(%q: f32[1,2,3,4]) -> (%y) {
                  %y: f32[1,2,3,4] = FlexAttention(%q, %q, %q) @flex
                }
                """;
        assertEquals(text, TextForm.parse(text).toString());
    }

    @Test
    void scatterWrapsAroundOrRefuses() {
        var cache = Tensor.of(new int[] {0, 0, 0, 0, 0, 0}, 2, 3, 1);
        var update = Tensor.of(new int[] {1, 2, 3, 4}, 2, 2, 1);
        var at = Tensor.ofLongs(2, 1);
        var circular =
                SingleOp.tensor(
                        new TensorScatter(-2, TensorScatter.Mode.CIRCULAR), cache, update, at);
        assertArrayEquals(new long[] {2, 0, 1, 0, 3, 4}, circular.toLongs());
        assertArrayEquals(new long[6], cache.toLongs());
        assertThrows(
                InputException.class,
                () ->
                        SingleOp.tensor(
                                new TensorScatter(1, TensorScatter.Mode.LINEAR),
                                cache,
                                update,
                                at));
    }

    @Test
    void rotationByAQuarterTurnSwapsPairs() {
        var x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 1, 6);
        var cos = Tensor.zeros(DType.FLOAT32, 1, 1, 2);
        var sin = Tensor.of(new float[] {1, 1}, 1, 1, 2);
        var halves = SingleOp.tensor(new RotaryEmbedding(false, null, 4), x, cos, sin);
        assertArrayEquals(new double[] {-3, -4, 1, 2, 5, 6}, halves.toDoubles());
        var pairs = SingleOp.tensor(new RotaryEmbedding(true, null, 4), x, cos, sin);
        assertArrayEquals(new double[] {-2, 1, -4, 3, 5, 6}, pairs.toDoubles());
    }

    @Test
    void convolutionStateCarriesOn() {
        var op = new CausalConvWithState(CausalConvWithState.Activation.SILU);
        var x = noise(2, 3, 7);
        var w = noise(3, 1, 4);
        var whole = SingleOp.run(op, 2, x, w);
        var first = SingleOp.run(op, 2, slice(x, 2, 0, 2), w);
        var second = SingleOp.run(op, 2, slice(x, 2, 2, 7), w, null, first.get(1));
        assertArrayEquals(
                slice((Tensor) whole.get(0), 2, 2, 7).toDoubles(),
                ((Tensor) second.get(0)).toDoubles(),
                TOLERANCE);
        assertArrayEquals(
                ((Tensor) whole.get(1)).toDoubles(), ((Tensor) second.get(1)).toDoubles());
    }

    @Test
    void linearAttentionStateCarriesOn() {
        var op = new LinearAttention(64, 2, 4, 0, LinearAttention.UpdateRule.GATED_DELTA);
        var q = noise(1, 5, 4 * 3);
        var k = noise(1, 5, 2 * 3);
        var v = noise(1, 5, 2 * 2);
        var decay = noise(1, 5, 2);
        var rate = noise(1, 5, 1);
        var whole = SingleOp.run(op, 2, q, k, v, null, decay, rate);
        Tensor[] inputs = {q, k, v, decay, rate};
        var early = Arrays.stream(inputs).map(t -> slice(t, 1, 0, 2)).toArray(Tensor[]::new);
        var late = Arrays.stream(inputs).map(t -> slice(t, 1, 2, 5)).toArray(Tensor[]::new);
        var first = SingleOp.run(op, 2, early[0], early[1], early[2], null, early[3], early[4]);
        var second = SingleOp.run(op, 2, late[0], late[1], late[2], first.get(1), late[3], late[4]);
        assertArrayEquals(
                slice((Tensor) whole.get(0), 1, 2, 5).toDoubles(),
                ((Tensor) second.get(0)).toDoubles(),
                TOLERANCE);
        assertArrayEquals(
                ((Tensor) whole.get(1)).toDoubles(),
                ((Tensor) second.get(1)).toDoubles(),
                TOLERANCE);
    }
}

package dev.tenon.graph.op.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.InputException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.op.elementwise.Binary;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlTest {
    private static final Type VECTOR = Type.tensor(DType.FLOAT32, Shape.unranked());
    private static final Tensor YES = Tensor.scalar(true);

    private static Tensor vector(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    private static Datum.OfSequence sequence(Tensor... tensors) {
        return new Datum.OfSequence(VECTOR, Arrays.asList(tensors));
    }

    /// `sum += step`, scanned out before that; goes on while the sum is below a limit.
    private static Graph adding() {
        var body = Graph.builder("body");
        body.input("iteration", Type.scalar(DType.INT64));
        body.input("condition", Type.scalar(DType.BOOL));
        var sum = body.input("sum", Type.tensor(DType.FLOAT32));
        var step = body.input("step", Type.tensor(DType.FLOAT32));
        var limit = body.input("limit", Type.tensor(DType.FLOAT32));
        var next = body.add(Binary.ADD, sum, step);
        body.output("proceed", body.add(Binary.LESS, next, limit));
        body.output("next", next);
        body.output("scanned", sum);
        return body.build();
    }

    @Test
    void loopEndsByConditionOrCount() {
        var loop = new Loop(adding(), 2);
        var zero = Tensor.scalar(0f);
        var byCondition =
                SingleOp.run(loop, 2, null, null, zero, Tensor.scalar(2f), Tensor.scalar(5f));
        assertEquals(6, ((Tensor) byCondition.get(0)).getDouble(0));
        assertArrayEquals(new double[] {0, 2, 4}, ((Tensor) byCondition.get(1)).toDoubles());
        var byCount =
                SingleOp.run(
                        loop,
                        2,
                        Tensor.scalar(2L),
                        YES,
                        zero,
                        Tensor.scalar(2f),
                        Tensor.scalar(5f));
        assertEquals(4, ((Tensor) byCount.get(0)).getDouble(0));
        var never =
                SingleOp.run(
                        loop,
                        2,
                        null,
                        Tensor.scalar(false),
                        zero,
                        Tensor.scalar(2f),
                        Tensor.scalar(5f));
        assertEquals(0, ((Tensor) never.get(0)).getDouble(0));
        assertArrayEquals(new long[] {0}, ((Tensor) never.get(1)).dims());
    }

    /// `count` times a loop that runs `count` times.
    private static Graph loops(long count) {
        var inner = Graph.builder("inner");
        inner.input("iteration", Type.scalar(DType.INT64));
        inner.output("proceed", inner.input("condition", Type.scalar(DType.BOOL)));
        var outer = Graph.builder("outer");
        outer.input("iteration", Type.scalar(DType.INT64));
        var condition = outer.input("condition", Type.scalar(DType.BOOL));
        var most = outer.constant("most", Tensor.scalar(count));
        outer.add(new Loop(inner.build(), 0), "loop", List.of(most, condition), 0);
        outer.output("proceed", condition);
        return outer.build();
    }

    @Test
    void loopsWithinLoopsShareTheirBudget() {
        System.setProperty("tenon.subgraph.runs", "1000");
        try {
            SingleOp.run(new Loop(loops(30), 0), 0, Tensor.scalar(30L), YES);
            var tooMany = new Loop(loops(40), 0);
            assertThrows(
                    LimitException.class, () -> SingleOp.run(tooMany, 0, Tensor.scalar(40L), YES));
            var endless = new Loop(loops(0), 0);
            assertThrows(LimitException.class, () -> SingleOp.run(endless, 0, null, null));
        } finally {
            System.clearProperty("tenon.subgraph.runs");
        }
    }

    @Test
    void bodyOfAnotherArityIsRefused() {
        assertThrows(
                GraphException.class,
                () ->
                        SingleOp.run(
                                new Loop(adding(), 2),
                                2,
                                null,
                                null,
                                Tensor.scalar(0f),
                                Tensor.scalar(2f)));
    }

    @Test
    void scanSlicesAndStacksInBothDirections() {
        var body = Graph.builder("body");
        var sum = body.input("sum", Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol("n"))));
        var slice = body.input("slice", Type.tensor(DType.FLOAT32, Shape.of(Dim.symbol("n"))));
        var next = body.add(Binary.ADD, sum, slice);
        body.output("next", next);
        body.output("scanned", next);
        var data = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        var scan =
                new Scan(
                        body.build(),
                        1,
                        Longs.of(1L),
                        Longs.of(1L),
                        Longs.of(-1L),
                        Longs.of(1L),
                        0);
        var results = SingleOp.run(scan, 2, vector(0, 0), data);
        assertArrayEquals(new double[] {6, 15}, ((Tensor) results.get(0)).toDoubles());
        assertArrayEquals(new double[] {6, 5, 3, 15, 11, 6}, ((Tensor) results.get(1)).toDoubles());
        assertArrayEquals(new long[] {2, 3}, ((Tensor) results.get(1)).dims());
    }

    @Test
    void sequencesChangeAtPositions() {
        var two = sequence(vector(1), vector(2, 3));
        var inserted =
                SingleOp.run(SequenceOp.INSERT, 1, two, vector(9), Tensor.scalar(-1L)).getFirst();
        assertEquals(3, ((Datum.OfSequence) inserted).values().size());
        assertEquals(9, SingleOp.tensor(SequenceOp.AT, inserted, Tensor.scalar(1L)).getDouble(0));
        var erased = SingleOp.run(SequenceOp.ERASE, 1, inserted).getFirst();
        assertEquals(2, SingleOp.tensor(SequenceOp.LENGTH, erased).getLong(0));
        var beyond = Tensor.scalar(2L);
        assertThrows(InputException.class, () -> SingleOp.tensor(SequenceOp.AT, two, beyond));
    }

    @Test
    void sequenceMapRunsForEachElement() {
        var body = Graph.builder("body");
        var element = body.input("element", VECTOR);
        var other = body.input("other", VECTOR);
        body.output("sum", body.add(Binary.ADD, element, other));
        var result =
                SingleOp.run(
                        new SequenceMap(body.build(), 0),
                        1,
                        sequence(vector(1), vector(2, 3)),
                        vector(10));
        var values = ((Datum.OfSequence) result.getFirst()).values();
        assertArrayEquals(new double[] {12, 13}, ((Tensor) values.get(1)).toDoubles());
    }

    @Test
    void splitAndConcatAreInverse() {
        var data = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        var pairs =
                SingleOp.run(new SplitToSequence(1, true), 1, data, Tensor.scalar(2L)).getFirst();
        var values = ((Datum.OfSequence) pairs).values();
        assertArrayEquals(new long[] {2, 1}, ((Tensor) values.get(1)).dims());
        assertArrayEquals(
                data.toDoubles(),
                SingleOp.tensor(new ConcatFromSequence(1, false), pairs).toDoubles());
        var rows = SingleOp.run(new SplitToSequence(0, false), 1, data).getFirst();
        var columns = SingleOp.tensor(new ConcatFromSequence(-1, true), rows);
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, columns.toDoubles());
        assertArrayEquals(new long[] {3, 2}, columns.dims());
    }

    @Test
    void optionalsMayBeEmpty() {
        var empty = (Datum.OfOptional) SingleOp.run(new Optional(VECTOR), 1).getFirst();
        assertNull(empty.value());
        assertEquals(0, SingleOp.tensor(OptionalOp.HAS_ELEMENT, empty).getLong(0));
        assertThrows(InputException.class, () -> SingleOp.tensor(OptionalOp.GET_ELEMENT, empty));
        var full = SingleOp.run(new Optional(null), 1, vector(7)).getFirst();
        assertEquals(1, SingleOp.tensor(OptionalOp.HAS_ELEMENT, full).getLong(0));
        assertEquals(7, SingleOp.tensor(OptionalOp.GET_ELEMENT, full).getDouble(0));
        assertEquals(0, SingleOp.tensor(OptionalOp.HAS_ELEMENT).getLong(0));
    }
}

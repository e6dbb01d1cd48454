package dev.tenon.graph.op.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import dev.tenon.graph.Value;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class TrainingTest {
    private static final Tensor RATE = Tensor.of(new float[] {0.5f});

    private static Tensor updates(long count) {
        return Tensor.of(new long[] {count});
    }

    private static Tensor of(float... elements) {
        return Tensor.of(elements, elements.length);
    }

    @Test
    void parametersComeBeforeGradientsAndStates() {
        var op = new Momentum(0.5f, 0.25f, Momentum.Mode.STANDARD, 0);
        var results =
                SingleOp.run(
                        op, 4, RATE, updates(1), of(1), of(2, 3), of(4), of(8, 0), of(2), of(0, 2));
        assertArrayEquals(new float[] {0}, ((Tensor) results.get(0)).toFloats());
        assertArrayEquals(new float[] {1, 2.5f}, ((Tensor) results.get(1)).toFloats());
        assertArrayEquals(new float[] {2}, ((Tensor) results.get(2)).toFloats());
        assertArrayEquals(new float[] {2, 1}, ((Tensor) results.get(3)).toFloats());
    }

    @Test
    void nesterovLooksAhead() {
        var op = new Momentum(0.5f, 1, Momentum.Mode.NESTEROV, 0);
        assertEquals(
                1 - 0.5 * (4 + 0.5 * 5),
                SingleOp.tensor(op, RATE, updates(1), of(1), of(4), of(2)).getDouble(0));
    }

    @Test
    void firstStepOfAdamIsAsLongAsTheRate() {
        var op = new Adam(0.9f, 0.999f, 0, 0, 0);
        var result =
                SingleOp.tensor(op, RATE, updates(1), of(1, 1), of(3, -0.01f), of(0, 0), of(0, 0));
        assertEquals(0.5, result.getDouble(0), 1e-5);
        assertEquals(1.5, result.getDouble(1), 1e-5);
    }

    @Test
    void gradientsAreRegularised() {
        var op = new Adagrad(0, 0, 0.5f);
        var results = SingleOp.run(op, 2, RATE, updates(0), of(4), of(1), of(16));
        assertEquals(25, ((Tensor) results.get(1)).getDouble(0));
        assertEquals(4 - 0.5 * 3 / 5, ((Tensor) results.get(0)).getDouble(0), 1e-6);
    }

    @Test
    void incompleteGroupsOfInputsAreRefused() {
        var b = Graph.builder("test");
        var x = b.input("x", Type.tensor(DType.FLOAT32, 1));
        var six = Collections.nCopies(6, x).toArray(Value[]::new);
        assertThrows(GraphException.class, () -> b.add(new Adagrad(0, 0, 0), six));
    }
}

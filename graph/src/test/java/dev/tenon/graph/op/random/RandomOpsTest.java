package dev.tenon.graph.op.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomOpsTest {
    private static List<Tensor> run(Op op, int outputs, Tensor... inputs) {
        var b = Graph.builder("test");
        List<Value> values = Arrays.stream(inputs).map(b::constant).toList();
        b.add(op, "node", values, outputs).forEach(b::output);
        return new Interpreter(7)
                .run(b.build(), List.of()).stream().map(Tensor.class::cast).toList();
    }

    /// The first numbers of NumPy's `RandomState(0).uniform()` and `.randn()`.
    @Test
    void seededNumbersAreThoseOfTheReferenceImplementation() {
        var uniform = run(new RandomUniform(0, 1, 0f, DType.FLOAT64, Longs.of(3)), 1).getFirst();
        assertEquals(0.5488135, uniform.getDouble(0), 1e-7);
        assertEquals(0.71518937, uniform.getDouble(1), 1e-7);
        assertEquals(0.60276338, uniform.getDouble(2), 1e-7);
        var normal = run(new RandomNormal(0, 1, 0f, DType.FLOAT64, Longs.of(3)), 1).getFirst();
        assertEquals(1.76405235, normal.getDouble(0), 1e-7);
        assertEquals(0.40015721, normal.getDouble(1), 1e-7);
        assertEquals(0.97873798, normal.getDouble(2), 1e-7);
    }

    @Test
    void dropoutScalesWhatItKeepsAndTellsWhich() {
        var x = Tensor.zeros(DType.FLOAT32, 1000);
        for (int i = 0; i < 1000; i++) {
            x.setDouble(i, i + 1);
        }
        var ratio = Tensor.of(new float[] {0.75f});
        var results = run(new Dropout(3L), 2, x, ratio, Tensor.of(new boolean[] {true}));
        int kept = 0;
        for (int i = 0; i < 1000; i++) {
            boolean keep = results.get(1).getBoolean(i);
            kept += keep ? 1 : 0;
            assertEquals(keep ? 4.0 * (i + 1) : 0, results.get(0).getDouble(i));
        }
        assertTrue(kept > 180 && kept < 320, "kept " + kept);
        assertTrue(run(new Dropout(3L), 1, x, ratio).getFirst().contentEquals(x));
    }

    @Test
    void classesAreDrawnAfterTheirProbabilities() {
        var logs =
                Tensor.of(new double[] {Math.log(1), Math.log(3), Double.NEGATIVE_INFINITY}, 1, 3);
        var drawn = run(new Multinomial(DType.INT64, 4000, 5f), 1, logs).getFirst();
        var counts = new int[3];
        for (long c : drawn.toLongs()) {
            counts[(int) c]++;
        }
        assertEquals(0, counts[2]);
        assertEquals(1000, counts[0], 150);
    }

    @Test
    void certaintiesAreNotRandom() {
        var result =
                run(new Bernoulli(DType.BOOL, null), 1, Tensor.of(new float[] {0, 1, 0, 1}, 4))
                        .getFirst();
        assertFalse(result.getBoolean(0) || result.getBoolean(2));
        assertTrue(result.getBoolean(1) && result.getBoolean(3));
    }
}

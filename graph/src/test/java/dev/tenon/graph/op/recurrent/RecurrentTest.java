package dev.tenon.graph.op.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.SingleOp;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecurrentTest {
    private static final double TOLERANCE = 1e-12;
    private final SplittableRandom random = new SplittableRandom(11);

    private Tensor noise(long... dims) {
        var tensor = Tensor.zeros(DType.FLOAT64, dims);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, random.nextDouble() * 2 - 1);
        }
        return tensor;
    }

    private static RNN rnn(Direction direction, int layout) {
        return new RNN(null, null, null, null, direction, null, layout);
    }

    private static LSTM lstm(Direction direction, boolean inputForget) {
        return new LSTM(null, null, null, null, direction, null, inputForget, 0);
    }

    private static RNN activated(@Nullable Floats alpha, @Nullable Float clip, String activation) {
        return new RNN(alpha, null, List.of(activation), clip, Direction.FORWARD, null, 0);
    }

    /// The steps, or directions, of a tensor in the opposite order.
    private static Tensor flipped(Tensor tensor) {
        var result = Tensor.zeros(tensor.dtype(), tensor.dims());
        long inner = tensor.size() / tensor.dim(0);
        for (long i = 0; i < tensor.size(); i++) {
            result.copyElement((tensor.dim(0) - 1 - i / inner) * inner + i % inner, tensor, i);
        }
        return result;
    }

    private static double[] outputs(List<? extends Datum> results, int index) {
        return ((Tensor) results.get(index)).toDoubles();
    }

    @Test
    void reverseReadsTheFlippedSequence() {
        var x = noise(4, 2, 3);
        var w = noise(1, 20, 3);
        var r = noise(1, 20, 5);
        var b = noise(1, 40);
        var forward = SingleOp.run(lstm(Direction.FORWARD, false), 3, flipped(x), w, r, b);
        var reverse = SingleOp.run(lstm(Direction.REVERSE, false), 3, x, w, r, b);
        assertArrayEquals(
                flipped((Tensor) forward.get(0)).toDoubles(), outputs(reverse, 0), TOLERANCE);
        assertArrayEquals(outputs(forward, 1), outputs(reverse, 1), TOLERANCE);
        assertArrayEquals(outputs(forward, 2), outputs(reverse, 2), TOLERANCE);
    }

    @Test
    void directionsHaveWeightsOfTheirOwn() {
        var x = noise(3, 1, 2);
        var w = noise(2, 2, 2);
        var r = noise(2, 2, 2);
        var both = SingleOp.run(rnn(Direction.BIDIRECTIONAL, 0), 2, x, w, r);
        var flippedWeights =
                SingleOp.run(
                        rnn(Direction.BIDIRECTIONAL, 0), 2, flipped(x), flipped(w), flipped(r));
        var last = (Tensor) both.get(1);
        assertArrayEquals(flipped(last).toDoubles(), outputs(flippedWeights, 1), TOLERANCE);
    }

    @Test
    void shortSequencesEndEarly() {
        var x = Tensor.of(new float[] {1, 1, 1, 1, 1, 1}, 3, 2, 1);
        var one = Tensor.of(new float[] {1}, 1, 1, 1);
        var lengths = Tensor.of(new int[] {3, 1}, 2);
        var results = SingleOp.run(activated(null, null, "Relu"), 2, x, one, one, null, lengths);
        assertArrayEquals(new double[] {1, 1, 2, 0, 3, 0}, outputs(results, 0));
        assertArrayEquals(new double[] {3, 1}, outputs(results, 1));
    }

    @Test
    void layoutPutsSamplesFirst() {
        var w = noise(1, 4, 3);
        var r = noise(1, 4, 4);
        var steps = noise(2, 1, 3);
        var byStep =
                SingleOp.run(rnn(Direction.FORWARD, 0), 2, steps, w, r, null, null, noise(1, 1, 4));
        assertArrayEquals(new long[] {2, 1, 1, 4}, ((Tensor) byStep.get(0)).dims());
        var start = noise(1, 1, 4);
        var a = SingleOp.run(rnn(Direction.FORWARD, 0), 2, steps, w, r, null, null, start);
        var b =
                SingleOp.run(
                        rnn(Direction.FORWARD, 1),
                        2,
                        steps.reshape(1, 2, 3),
                        w,
                        r,
                        null,
                        null,
                        start);
        assertArrayEquals(new long[] {1, 2, 1, 4}, ((Tensor) b.get(0)).dims());
        assertArrayEquals(outputs(a, 0), outputs(b, 0), TOLERANCE);
    }

    @Test
    void activationsTakeTheirNumbersInTurn() {
        var x = Tensor.of(new float[] {-2, 5}, 1, 2, 1);
        var w = Tensor.of(new float[] {1}, 1, 1, 1);
        var leaky = activated(Floats.of(0.5f), 4f, "LeakyRelu");
        assertArrayEquals(new double[] {-1, 4}, outputs(SingleOp.run(leaky, 1, x, w, w), 0));
        assertThrows(
                GraphException.class,
                () -> SingleOp.run(activated(null, null, "Affine"), 1, x, w, w));
        assertThrows(
                GraphException.class,
                () -> SingleOp.run(activated(null, null, "Step"), 1, x, w, w));
    }

    @Test
    void coupledForgetGateKeepsWhatInputLeaves() {
        var x = Tensor.zeros(DType.FLOAT64, 1, 1, 1);
        var w = Tensor.zeros(DType.FLOAT64, 1, 4, 1);
        var b = Tensor.of(new double[] {100, 100, 100, 100, 0, 0, 0, 0}, 1, 8);
        var c = Tensor.of(new double[] {7}, 1, 1, 1);
        var apart = SingleOp.run(lstm(Direction.FORWARD, false), 3, x, w, w, b, null, null, c);
        assertEquals(8, outputs(apart, 2)[0], TOLERANCE);
        var coupled = SingleOp.run(lstm(Direction.FORWARD, true), 3, x, w, w, b, null, null, c);
        assertEquals(1, outputs(coupled, 2)[0], TOLERANCE);
    }

    @Test
    void resetGateMultipliesBeforeOrAfterTheWeights() {
        var w = Tensor.zeros(DType.FLOAT64, 1, 3, 1);
        var r = Tensor.of(new double[] {0, 0, 1}, 1, 3, 1);
        var b = Tensor.of(new double[] {-100, 0, 0, 0, 0, 1}, 1, 6);
        var h = Tensor.of(new double[] {1}, 1, 1, 1);
        var x = Tensor.zeros(DType.FLOAT64, 1, 1, 1);
        var before = new GRU(null, null, null, null, Direction.FORWARD, 1, 0, false);
        assertEquals(
                Math.tanh(1.5),
                outputs(SingleOp.run(before, 1, x, w, r, b, null, h), 0)[0],
                TOLERANCE);
        var after = new GRU(null, null, null, null, Direction.FORWARD, 1, 0, true);
        assertEquals(
                Math.tanh(1),
                outputs(SingleOp.run(after, 1, x, w, r, b, null, h), 0)[0],
                TOLERANCE);
    }

    @Test
    void infersSymbolicExtents() {
        var builder = Graph.builder("test");
        var outputs =
                builder.add(
                        lstm(Direction.BIDIRECTIONAL, false),
                        "lstm",
                        List.of(
                                builder.input("x", Type.parse("f32[T,B,10]")),
                                builder.input("w", Type.parse("f32[2,4*h,10]")),
                                builder.input("r", Type.parse("f32[2,4*h,h]"))),
                        3);
        assertEquals(
                List.of("f32[T,2,B,h]", "f32[2,B,h]", "f32[2,B,h]"),
                outputs.stream().map(o -> o.type().toString()).toList());
    }
}

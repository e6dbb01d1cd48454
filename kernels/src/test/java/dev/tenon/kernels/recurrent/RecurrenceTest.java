package dev.tenon.kernels.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.recurrent.Recurrence.Call;
import dev.tenon.kernels.recurrent.Recurrence.Cell;
import dev.tenon.kernels.recurrent.Recurrence.Direction;
import dev.tenon.kernels.recurrent.Recurrence.Query;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Recurrent layers against the formulas of ONNX in `double`.
class RecurrenceTest {
    private static final Scalar SIGMOID =
            Scalar.constant(1).over(Scalar.arg(0).negate().exp().plus(1));
    private static final Scalar TANH = Scalar.arg(0).tanh();

    private static final Workers PARALLEL =
            (chunks, body) -> IntStream.range(0, chunks).parallel().forEach(body::run);

    /// @param biased whether there are biases and an initial state
    private record Example(
            Cell cell,
            int steps,
            int batch,
            int inputs,
            int units,
            boolean[] reverse,
            boolean biased) {}

    @ParameterizedTest
    @EnumSource(Cell.class)
    void agreesWithTheFormulas(Cell cell) {
        var random = new Random(3);
        for (int units : new int[] {1, 3, 8, 17, 64}) {
            for (int batch : new int[] {1, 2, 7}) {
                boolean biased = random.nextBoolean();
                boolean[] reverse =
                        random.nextBoolean()
                                ? new boolean[] {random.nextBoolean()}
                                : new boolean[] {false, true};
                int steps = 1 + random.nextInt(6);
                int inputs = 1 + random.nextInt(20);
                check(new Example(cell, steps, batch, inputs, units, reverse, biased), random);
            }
        }
    }

    private static void check(Example e, Random random) {
        int directions = e.reverse.length;
        int rows = e.cell.gates() * e.units;
        var x = floats(e.steps * e.batch * e.inputs, random);
        var w = floats(directions * rows * e.inputs, random);
        var r = floats(directions * rows * e.units, random);
        var b = floats(directions * 2 * rows, random);
        int state = directions * e.batch * e.units;
        var h = floats(state, random);
        var c = floats(state, random);
        var functions =
                switch (e.cell) {
                    case LSTM, COUPLED_LSTM -> List.of(SIGMOID, TANH, TANH);
                    case GRU, LINEAR_GRU -> List.of(SIGMOID, TANH);
                    case RNN -> List.of(TANH);
                };
        var bound = new ArrayList<Direction>();
        for (boolean reverse : e.reverse) {
            bound.add(new Direction(reverse, functions));
        }
        var query =
                new Query(
                        e.cell,
                        tensor(w, directions, rows, e.inputs),
                        tensor(r, directions, rows, e.units),
                        e.biased ? tensor(b, directions, 2L * rows) : null,
                        bound);
        var kernel = Recurrence.FAMILY.choose(query).kernel().orElseThrow().bind(query);
        MemorySegment first = null;
        for (var workers : new Workers[] {Workers.CALLER, PARALLEL}) {
            var y = MemorySegment.ofArray(new float[e.steps * state]);
            var lastH = new float[state];
            var lastC = new float[state];
            kernel.run(
                    new Call(
                            MemorySegment.ofArray(x),
                            e.steps,
                            e.batch,
                            e.biased ? MemorySegment.ofArray(h) : null,
                            e.biased ? MemorySegment.ofArray(c) : null,
                            y,
                            MemorySegment.ofArray(lastH),
                            MemorySegment.ofArray(lastC)),
                    workers);
            if (first != null) {
                assertEquals(-1, first.mismatch(y), "the workers make a difference");
                continue;
            }
            first = y;
            for (int d = 0; d < directions; d++) {
                for (int sample = 0; sample < e.batch; sample++) {
                    var expected = new Reference(e, d, sample, x, w, r, b, h, c).run();
                    for (int i = 0; i < e.steps; i++) {
                        int at = ((i * directions + d) * e.batch + sample) * e.units;
                        var got = new float[e.units];
                        MemorySegment.copy(y, 4L * at, MemorySegment.ofArray(got), 0, 4L * e.units);
                        assertArrayEquals(expected[i], got, 2e-5f, e.toString());
                    }
                    int last = (d * e.batch + sample) * e.units;
                    var end = java.util.Arrays.copyOfRange(lastH, last, last + e.units);
                    int step = e.reverse[d] ? 0 : e.steps - 1;
                    assertArrayEquals(expected[step], end, 2e-5f, e.toString());
                }
            }
        }
    }

    private static float[] floats(int count, Random random) {
        var result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = random.nextFloat() - 0.5f;
        }
        return result;
    }

    private static Tensor tensor(float[] elements, long... dims) {
        return Tensor.of(DType.FLOAT32, MemorySegment.ofArray(elements), dims);
    }

    /// One sequence in one direction.
    private record Reference(
            Example e,
            int direction,
            int sample,
            float[] x,
            float[] w,
            float[] r,
            float[] b,
            float[] initialH,
            float[] initialC) {
        float[][] run() {
            var h = initial(initialH);
            var c = initial(initialC);
            var all = new float[e.steps][e.units];
            for (int i = 0; i < e.steps; i++) {
                int step = e.reverse[direction] ? e.steps - 1 - i : i;
                h = step(step, h, c);
                for (int unit = 0; unit < e.units; unit++) {
                    all[step][unit] = (float) h[unit];
                }
            }
            return all;
        }

        private double[] initial(float[] from) {
            var result = new double[e.units];
            for (int unit = 0; unit < e.units && e.biased; unit++) {
                result[unit] = from[(direction * e.batch + sample) * e.units + unit];
            }
            return result;
        }

        private double[] step(int step, double[] h, double[] c) {
            var next = new double[e.units];
            for (int unit = 0; unit < e.units; unit++) {
                switch (e.cell) {
                    case LSTM, COUPLED_LSTM -> {
                        double in = sigmoid(input(0, unit, step) + state(0, unit, h));
                        double out = sigmoid(input(1, unit, step) + state(1, unit, h));
                        double kept =
                                e.cell == Cell.LSTM
                                        ? sigmoid(input(2, unit, step) + state(2, unit, h))
                                        : 1 - in;
                        double cell = Math.tanh(input(3, unit, step) + state(3, unit, h));
                        c[unit] = kept * c[unit] + in * cell;
                        next[unit] = out * Math.tanh(c[unit]);
                    }
                    case GRU, LINEAR_GRU -> {
                        double update = sigmoid(input(0, unit, step) + state(0, unit, h));
                        double reset = sigmoid(input(1, unit, step) + state(1, unit, h));
                        double fromState =
                                e.cell == Cell.LINEAR_GRU
                                        ? reset * state(2, unit, h)
                                        : state(2, unit, kept(step, h));
                        double hidden = Math.tanh(input(2, unit, step) + fromState);
                        next[unit] = (1 - update) * hidden + update * h[unit];
                    }
                    case RNN -> next[unit] = Math.tanh(input(0, unit, step) + state(0, unit, h));
                }
            }
            return next;
        }

        private double[] kept(int step, double[] h) {
            var kept = new double[e.units];
            for (int unit = 0; unit < e.units; unit++) {
                kept[unit] = sigmoid(input(1, unit, step) + state(1, unit, h)) * h[unit];
            }
            return kept;
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }

        private double input(int gate, int unit, int step) {
            int rows = e.cell.gates() * e.units;
            int row = direction * rows + gate * e.units + unit;
            double sum = e.biased ? b[direction * 2 * rows + gate * e.units + unit] : 0;
            for (int i = 0; i < e.inputs; i++) {
                sum += w[row * e.inputs + i] * x[(step * e.batch + sample) * e.inputs + i];
            }
            return sum;
        }

        private double state(int gate, int unit, double[] h) {
            int rows = e.cell.gates() * e.units;
            int row = direction * rows + gate * e.units + unit;
            double sum = e.biased ? b[direction * 2 * rows + rows + gate * e.units + unit] : 0;
            for (int i = 0; i < e.units; i++) {
                sum += r[row * e.units + i] * h[i];
            }
            return sum;
        }
    }
}

package dev.tenon.kernels.recurrent;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.elementwise.FloatMath;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.Gemm;
import dev.tenon.kernels.gemm.GemmTile;
import dev.tenon.kernels.gemm.MatrixView;
import dev.tenon.kernels.gemm.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An LSTM in plain Java: what the gates get from the input is one product for all steps; what they
/// get from the state is a small product a step.
final class JavaLstm implements Kernel<Lstm.Query, Lstm> {
    private static final int GATES = 4;

    @Override
    public String name() {
        return "lstm-java";
    }

    @Override
    public Optional<Refusal> refuses(Lstm.Query query) {
        return Optional.empty();
    }

    @Override
    public Lstm bind(Lstm.Query query) {
        var directions = new ArrayList<Direction>();
        for (int d = 0; d < query.reverse().length; d++) {
            directions.add(new Direction(query, d));
        }
        return new Bound(
                directions, Math.toIntExact(query.w().dim(2)), Math.toIntExact(query.r().dim(2)));
    }

    /// The packed weights of one direction.
    private static final class Direction {
        private final boolean reverse;
        private final Gemm fromInput;
        private final float[] bias;

        /// One matrix a gate, `[H, H]`.
        private final List<PackedMatrix> fromState = new ArrayList<>();

        Direction(Lstm.Query query, int d) {
            int hidden = Math.toIntExact(query.r().dim(2));
            int inputs = Math.toIntExact(query.w().dim(2));
            int rows = GATES * hidden;
            reverse = query.reverse()[d];
            var w =
                    new MatrixView(
                            query.w().segment(), (long) d * rows * inputs, rows, inputs, inputs, 1);
            var product = new Gemm.Query(w.transposed(), 1);
            fromInput = Gemm.FAMILY.choose(product).kernel().orElseThrow().bind(product);
            for (int gate = 0; gate < GATES; gate++) {
                long offset = ((long) d * rows + (long) gate * hidden) * hidden;
                fromState.add(
                        PackedMatrix.pack(
                                new MatrixView(
                                                query.r().segment(),
                                                offset,
                                                hidden,
                                                hidden,
                                                hidden,
                                                1)
                                        .transposed()));
            }
            bias = new float[rows];
            var b = query.b();
            for (int i = 0; b != null && i < rows; i++) {
                bias[i] = bias(b, d, i, rows) + bias(b, d, rows + i, rows);
            }
        }

        private static float bias(Tensor b, int d, int index, int rows) {
            return (float) b.getDouble((long) d * 2 * rows + index);
        }
    }

    private record Bound(List<Direction> directions, int inputs, int hidden) implements Lstm {
        @Override
        public void run(Call call, Workers workers) {
            for (int d = 0; d < directions.size(); d++) {
                run(call, directions.get(d), d, workers);
            }
        }

        private void run(Call call, Direction direction, int d, Workers workers) {
            int batch = call.batch();
            int rows = GATES * hidden;
            try (var scratch = Scratch.open()) {
                var gates = scratch.floats(Math.multiplyExact(call.steps() * batch, rows));
                var memory = MemorySegment.ofArray(gates);
                var bias = new MatrixView(MemorySegment.ofArray(direction.bias), 0, 1, rows, 0, 1);
                var x = MatrixView.of(call.x(), 0, call.steps() * batch, inputs);
                direction.fromInput.run(
                        Gemm.Call.of(x, null, memory, Epilogue.add(bias, 1)), workers);
                int depth = GemmTile.paddedDepth(hidden);
                var h = scratch.floats(batch * depth);
                var c = scratch.floats(batch * hidden);
                loadState(call.initialH(), d, batch, depth, h);
                loadState(call.initialC(), d, batch, hidden, c);
                for (int i = 0; i < call.steps(); i++) {
                    int step = direction.reverse ? call.steps() - 1 - i : i;
                    for (int sample = 0; sample < batch; sample++) {
                        step(
                                direction,
                                gates,
                                (step * batch + sample) * rows,
                                h,
                                sample * depth,
                                c,
                                sample * hidden);
                    }
                    long at = ((long) step * directions.size() + d) * batch;
                    store(call.y(), h, depth, batch, at);
                }
                store(call.lastH(), h, depth, batch, (long) d * batch);
                store(call.lastC(), c, hidden, batch, (long) d * batch);
            }
        }

        private void loadState(
                @Nullable MemorySegment from, int d, int batch, int stride, float[] to) {
            Arrays.fill(to, 0, batch * stride, 0);
            for (int sample = 0; from != null && sample < batch; sample++) {
                Memory.load(
                        from, ((long) d * batch + sample) * hidden, to, sample * stride, hidden);
            }
        }

        private void store(
                @Nullable MemorySegment to, float[] state, int stride, int batch, long row) {
            for (int sample = 0; to != null && sample < batch; sample++) {
                Memory.store(
                        state,
                        sample * stride,
                        Objects.requireNonNull(to),
                        (row + sample) * hidden,
                        hidden);
            }
        }

        /// One step of one sample.
        private void step(
                Direction direction,
                float[] gates,
                int from,
                float[] h,
                int hAt,
                float[] c,
                int cAt) {
            try (var scratch = Scratch.open()) {
                var sums = new float[GATES][];
                for (int gate = 0; gate < GATES; gate++) {
                    sums[gate] =
                            gate(
                                    direction.fromState.get(gate),
                                    gates,
                                    from + gate * hidden,
                                    h,
                                    hAt,
                                    scratch);
                }
                var in = sums[0];
                var out = sums[1];
                var forget = sums[2];
                var cell = sums[3];
                sigmoid(in, hidden);
                sigmoid(out, hidden);
                sigmoid(forget, hidden);
                FloatMath.tanh(cell, cell, hidden);
                var state = scratch.floats(hidden);
                System.arraycopy(c, cAt, state, 0, hidden);
                for (int j = 0; j < hidden; j++) {
                    state[j] = Math.fma(forget[j], state[j], in[j] * cell[j]);
                }
                System.arraycopy(state, 0, c, cAt, hidden);
                FloatMath.tanh(state, state, hidden);
                for (int j = 0; j < hidden; j++) {
                    out[j] *= state[j];
                }
                System.arraycopy(out, 0, h, hAt, hidden);
            }
        }

        /// What a gate gets from the input and the state.
        private float[] gate(
                PackedMatrix weights,
                float[] gates,
                int from,
                float[] h,
                int hAt,
                Scratch scratch) {
            int depth = GemmTile.paddedDepth(hidden);
            var sums = scratch.floats(weights.width() * weights.panels());
            System.arraycopy(gates, from, sums, 0, hidden);
            if (weights.panels() == 1) {
                GemmTile.accumulate(
                        new float[][] {sums},
                        1,
                        h,
                        hAt,
                        depth,
                        weights.panel(0),
                        depth,
                        weights.width());
                return sums;
            }
            var tile = scratch.floats(weights.width());
            for (int p = 0; p < weights.panels(); p++) {
                int at = p * weights.width();
                int count = Math.min(weights.width(), hidden - at);
                System.arraycopy(sums, at, tile, 0, count);
                GemmTile.accumulate(
                        new float[][] {tile},
                        1,
                        h,
                        hAt,
                        depth,
                        weights.panel(p),
                        depth,
                        weights.width());
                System.arraycopy(tile, 0, sums, at, count);
            }
            return sums;
        }

        private static void sigmoid(float[] x, int n) {
            for (int j = 0; j < n; j++) {
                x[j] = -x[j];
            }
            FloatMath.exp(x, x, n);
            for (int j = 0; j < n; j++) {
                x[j] = 1 / (1 + x[j]);
            }
        }
    }
}

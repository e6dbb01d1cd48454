package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Locale;

/// Attention through a state of fixed size, one position after the other (ONNX `LinearAttention`).
///
/// Inputs, packed: query `[B, T, Hq · Dk]`, key `[B, T, Hkv · Dk]`, value `[B, T, Hkv · Dv]`; a
/// past state `[B, Hkv, Dk, Dv]` that may be left out; a decay `[B, T, Hkv]` or `[B, T, Hkv · Dk]`,
/// and a rate `[B, T, Hkv]` or `[B, T, 1]`, both as the rule wants. Outputs: `[B, T, Hq · Dv]` and
/// the new state.
///
/// Each step scales the state by `exp(decay)`, adds `key ⊗ value`, and reads `scale · queryᵀ ·
/// state`; where the rule corrects, the value is first replaced by `rate · (value - stateᵀ · key)`.
///
/// @param chunkSize how many positions a fast implementation takes at once; no influence on the
///   result
/// @param scale 0 for `1 / √Dk`
public record LinearAttention(
        int chunkSize, int kvNumHeads, int qNumHeads, float scale, UpdateRule updateRule)
        implements Contract {
    /// How a step changes the state.
    public enum UpdateRule {
        LINEAR(false, false),
        GATED(true, false),
        DELTA(false, true),
        GATED_DELTA(true, true);

        private final boolean decays;
        private final boolean corrects;

        UpdateRule(boolean decays, boolean corrects) {
            this.decays = decays;
            this.corrects = corrects;
        }

        /// Whether the state decays.
        public boolean decays() {
            return decays;
        }

        /// Whether only what the state does not hold yet is added.
        public boolean corrects() {
            return corrects;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int PAST = 3;
    private static final int DECAY = 4;
    private static final int RATE = 5;

    public static final OpDef<LinearAttention> DEF =
            OpDef.of(LinearAttention.class)
                    .inputs(3, 6)
                    .outputs(1, 2)
                    .infer(LinearAttention::infer)
                    .reference(LinearAttention::evaluate)
                    .flops(
                            (op, types) ->
                                    types.inputSize(1) * types.inputSize(2) == 0
                                            ? 0
                                            : 4
                                                    * types.inputSize(0)
                                                    * types.outputSize(0)
                                                    / Math.max(1, op.qNumHeads))
                    .onnx(
                            "LinearAttention",
                            27,
                            a ->
                                    new LinearAttention(
                                            a.axis("chunk_size", 64),
                                            Math.toIntExact(a.integer("kv_num_heads")),
                                            Math.toIntExact(a.integer("q_num_heads")),
                                            a.number("scale", 0),
                                            a.choice("update_rule", UpdateRule.GATED_DELTA)))
                    .build();

    @Override
    public OpDef<LinearAttention> def() {
        return DEF;
    }

    private static List<Type> infer(LinearAttention op, InferContext in) {
        if (op.kvNumHeads < 1 || op.qNumHeads < 1 || op.qNumHeads % op.kvNumHeads != 0) {
            throw in.error(
                    Problem.of("the heads of queries do not divide among those of keys")
                            .expected("a multiple of " + op.kvNumHeads)
                            .got(op.qNumHeads));
        }
        if (in.has(DECAY) != op.updateRule.decays || in.has(RATE) != op.updateRule.corrects) {
            throw in.error(
                    Problem.of("decay and rate do not fit the rule " + op.updateRule)
                            .expected(
                                    "decay "
                                            + op.updateRule.decays
                                            + ", rate "
                                            + op.updateRule.corrects)
                            .got("decay " + in.has(DECAY) + ", rate " + in.has(RATE)));
        }
        for (int i = 0; i < PAST; i++) {
            in.requireSameDtype(0, i);
            in.requireRank(i, 3, 3);
        }
        var q = Heads.shape(in, 0, op.qNumHeads);
        var k = Heads.shape(in, 1, op.kvNumHeads);
        var v = Heads.shape(in, 2, op.kvNumHeads);
        var batch = in.same(in.same(q.dim(0), k.dim(0)), v.dim(0));
        var length = in.same(in.same(q.dim(2), k.dim(2)), v.dim(2));
        var keySize = in.same(q.dim(3), k.dim(3));
        return List.of(
                Type.tensor(in.dtype(0), Shape.of(batch, length, v.dim(3).times(op.qNumHeads))),
                Type.tensor(
                        in.has(PAST) ? in.dtype(PAST) : in.dtype(0),
                        Shape.of(batch, Dim.of(op.kvNumHeads), keySize, v.dim(3))));
    }

    private static List<Tensor> evaluate(LinearAttention op, EvalContext in) {
        var q = Heads.of(in.tensor(0), op.qNumHeads);
        var k = Heads.of(in.tensor(1), op.kvNumHeads);
        var v = Heads.of(in.tensor(2), op.kvNumHeads);
        var past = in.optionalTensor(PAST);
        long[] stateDims = {k.batch(), k.heads(), k.size(), v.size()};
        if (past != null && !past.shape().equals(Shape.of(stateDims))) {
            throw new InputException(
                    Problem.of("the past state does not fit")
                            .expected(Shape.of(stateDims))
                            .got(past.shape()));
        }
        var present = Tensor.zeros(past == null ? q.tensor().dtype() : past.dtype(), stateDims);
        var output = q.zeros(q.length(), v.size());
        for (int item = 0; item < k.batch(); item++) {
            for (int head = 0; head < k.heads(); head++) {
                long from = (item * k.heads() + head) * k.size() * v.size();
                var state = new double[(int) k.size()][(int) v.size()];
                for (int i = 0; past != null && i < k.size() * v.size(); i++) {
                    state[i / (int) v.size()][i % (int) v.size()] = past.getDouble(from + i);
                }
                for (int position = 0; position < k.length(); position++) {
                    op.write(in, item, head, position, k, v, state);
                    op.read(item, head, position, q, state, output);
                }
                for (int i = 0; i < k.size() * v.size(); i++) {
                    present.setDouble(from + i, state[i / (int) v.size()][i % (int) v.size()]);
                }
            }
        }
        return List.of(output.tensor(), present);
    }

    /// Changes the state of one head by one position.
    private void write(
            EvalContext in, int item, int head, int position, Heads k, Heads v, double[][] state) {
        if (updateRule.decays) {
            var decay = Heads.of(in.tensor(DECAY), kvNumHeads);
            for (int i = 0; i < state.length; i++) {
                double factor =
                        Math.exp(decay.get(item, head, position, decay.size() == 1 ? 0 : i));
                for (int j = 0; j < v.size(); j++) {
                    state[i][j] *= factor;
                }
            }
        }
        for (int j = 0; j < v.size(); j++) {
            double added = v.get(item, head, position, j);
            if (updateRule.corrects) {
                for (int i = 0; i < state.length; i++) {
                    added -= state[i][j] * k.get(item, head, position, i);
                }
                var rate = Heads.of(in.tensor(RATE), (int) in.tensor(RATE).dim(2));
                added *= rate.get(item, rate.heads() == 1 ? 0 : head, position, 0);
            }
            for (int i = 0; i < state.length; i++) {
                state[i][j] += k.get(item, head, position, i) * added;
            }
        }
    }

    /// Reads the state of one head with each of its queries.
    private void read(int item, int head, int position, Heads q, double[][] state, Heads output) {
        double factor = scale == 0 ? 1 / Math.sqrt(q.size()) : scale;
        int group = qNumHeads / kvNumHeads;
        for (int query = head * group; query < (head + 1) * group; query++) {
            for (int j = 0; j < output.size(); j++) {
                double sum = 0;
                for (int i = 0; i < state.length; i++) {
                    sum += q.get(item, query, position, i) * state[i][j];
                }
                output.tensor().setDouble(output.index(item, query, position, j), factor * sum);
            }
        }
    }
}

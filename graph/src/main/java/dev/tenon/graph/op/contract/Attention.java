package dev.tenon.graph.op.contract;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention with grouped heads, masks, and a cache of keys and values (ONNX
/// `Attention`): `softmax(cap(Q · Kᵀ · scale) + bias) · V`.
///
/// Inputs: Q `[B, Hq, Lq, D]` or packed `[B, Lq, Hq · D]`, K and V likewise with their own heads
/// and lengths; then, each of which may be left out: a mask, past keys and past values `[B, Hkv,
/// past, D]`, and the number of keys of each sample that are no padding, `i64[B]`. Outputs: Y, laid
/// out as Q; the keys and the values with the past ones before them; the scores `[B, Hq, Lq, past +
/// Lkv]`.
///
/// A query without a key to see gives zeros.
///
/// @param scale null where it is `1 / √D`
/// @param qNumHeads the heads of a packed Q, else null
/// @param kvNumHeads the heads of packed K and V, else null
/// @param softcap scores are bounded by `softcap · tanh(score / softcap)`; 0 where they are not
/// @param qkMatmulOutputMode which scores are given out: 0 the products, 1 bounded, 2 with the
///   bias, 3 after softmax
/// @param softmaxPrecision the type that softmax is computed in; null where it is that of Q
/// @param leftWindowSize how many keys before its own a query sees; null where all
/// @param rightWindowSize how many keys after its own a query sees; null where all
public record Attention(
        boolean isCausal,
        @Nullable Integer kvNumHeads,
        @Nullable Integer leftWindowSize,
        @Nullable Integer qNumHeads,
        int qkMatmulOutputMode,
        @Nullable Integer rightWindowSize,
        @Nullable Float scale,
        float softcap,
        @Nullable DType softmaxPrecision)
        implements Contract {
    private static final int MASK = 3;
    private static final int PAST_KEY = 4;
    private static final int PAST_VALUE = 5;
    private static final int VALID_KEYS = 6;

    public static final OpDef<Attention> DEF =
            OpDef.of(Attention.class)
                    .inputs(3, 7)
                    .outputs(1, 4)
                    .infer(Attention::infer)
                    .reference(Attention::evaluate)
                    .flops((_, types) -> flops(types))
                    .onnx("Attention", 24, Attention::read)
                    .build();

    @Override
    public OpDef<Attention> def() {
        return DEF;
    }

    private static Attention read(Attributes a) {
        return new Attention(
                a.flag("is_causal", false),
                positive(a, "kv_num_heads", 1),
                positive(a, "left_window_size", 0),
                positive(a, "q_num_heads", 1),
                a.axis("qk_matmul_output_mode", 0),
                positive(a, "right_window_size", 0),
                a.optionalNumber("scale"),
                a.number("softcap", 0),
                a.optionalDtype("softmax_precision"));
    }

    private static @Nullable Integer positive(Attributes a, String name, int least) {
        int value = a.axis(name, -1);
        return value < least ? null : (Integer) value;
    }

    private static List<Type> infer(Attention op, InferContext in) {
        in.requireSameDtype(0, 1);
        if (in.has(PAST_KEY) != in.has(PAST_VALUE)) {
            throw in.error(Problem.of("past keys and past values must both be there, or neither"));
        }
        if (in.has(VALID_KEYS) && in.has(PAST_KEY)) {
            throw in.error(Problem.of("a number of valid keys does not go with past keys"));
        }
        var q = Heads.shape(in, 0, op.qNumHeads);
        var k = Heads.shape(in, 1, op.kvNumHeads);
        var v = Heads.shape(in, 2, op.kvNumHeads);
        checkFit(in, q, k, v);
        var batch = in.same(in.same(q.dim(0), k.dim(0)), v.dim(0));
        var length = in.same(k.dim(2), v.dim(2));
        var total = in.has(PAST_KEY) ? length.plus(past(in)) : length;
        var output =
                !in.shape(0).isRanked()
                        ? Shape.unranked()
                        : in.shape(0).rank() == 4
                                ? Shape.of(batch, q.dim(1), q.dim(2), v.dim(3))
                                : Shape.of(batch, q.dim(2), q.dim(1).times(v.dim(3)));
        return List.of(
                Type.tensor(in.dtype(0), output),
                Type.tensor(in.dtype(1), Shape.of(batch, k.dim(1), total, k.dim(3))),
                Type.tensor(in.dtype(2), Shape.of(batch, v.dim(1), total, v.dim(3))),
                Type.tensor(in.dtype(0), Shape.of(batch, q.dim(1), q.dim(2), total)));
    }

    /// Checks what the inputs of both attention operators have in common.
    static void checkFit(InferContext in, Shape q, Shape k, Shape v) {
        in.same(k.dim(1), v.dim(1));
        in.same(q.dim(3), k.dim(3));
        if (q.dim(1).isKnown()
                && k.dim(1).isKnown()
                && (k.dim(1).is(0) || !q.dim(1).mod(k.dim(1)).is(0))) {
            throw in.error(
                    Problem.of("the heads of queries do not divide among those of keys")
                            .expected("a multiple of " + k.dim(1))
                            .got(q.dim(1)));
        }
    }

    private static Dim past(InferContext in) {
        in.requireRank(PAST_KEY, 4, 4);
        in.requireRank(PAST_VALUE, 4, 4);
        var key = in.shape(PAST_KEY).isRanked() ? in.shape(PAST_KEY).dim(2) : in.unknown();
        return in.shape(PAST_VALUE).isRanked() ? in.same(key, in.shape(PAST_VALUE).dim(2)) : key;
    }

    /// A multiply-add for each feature of keys and values, query head, query and key.
    static double flops(OpDef.NodeTypes types) {
        if (types.inputs().get(0) instanceof Type.OfTensor(var _, var q)
                && types.inputs().get(1) instanceof Type.OfTensor(var _, var k)
                && q.isKnown()
                && k.isKnown()) {
            double keys =
                    types.outputs().size() > 1
                                    && types.outputs().get(1) instanceof Type.OfTensor(var _, var p)
                            ? p.dim(-2).known().orElse(0)
                            : k.dim(-2).known().orElse(0);
            return 2 * keys * (types.inputSize(0) + types.outputSize(0));
        }
        return 0;
    }

    private static List<Tensor> evaluate(Attention op, EvalContext in) {
        var q = Heads.of(in.tensor(0), op.qNumHeads);
        var key = append(in.optionalTensor(PAST_KEY), Heads.of(in.tensor(1), op.kvNumHeads));
        var value = append(in.optionalTensor(PAST_VALUE), Heads.of(in.tensor(2), op.kvNumHeads));
        var k = Heads.of(key, null);
        var v = Heads.of(value, null);
        double scale = op.scale == null ? 1 / Math.sqrt(q.size()) : op.scale;
        var products = DotProductAttention.scores(q, k, scale);
        var capped = op.cap(products);
        long pastKeys = in.has(PAST_KEY) ? in.tensor(PAST_KEY).dim(2) : 0;
        var bias =
                new AttentionBias(
                        op,
                        in.optionalTensor(MASK),
                        in.optionalTensor(VALID_KEYS),
                        pastKeys,
                        q.length());
        var biased = Tensor.zeros(capped.dtype(), capped.dims());
        var blind = addBias(capped, bias, biased);
        var precision = op.softmaxPrecision == null ? biased.dtype() : op.softmaxPrecision;
        var weights = DotProductAttention.softmax(biased.to(precision)).to(biased.dtype());
        clear(weights, blind);
        var y = q.zeros(q.length(), v.size());
        DotProductAttention.weigh(weights, v, y);
        var scores =
                switch (op.qkMatmulOutputMode) {
                    case 0 -> products;
                    case 1 -> capped;
                    case 2 -> biased;
                    case 3 -> weights;
                    default ->
                            throw new InputException(
                                    Problem.of("unknown kind of scores to give out")
                                            .expected("0 to 3")
                                            .got(op.qkMatmulOutputMode));
                };
        return List.of(y.tensor(), key, value, scores);
    }

    /// Past positions, then new ones, as `[batch, head, position, feature]`.
    private static Tensor append(@Nullable Tensor past, Heads added) {
        long before = past == null ? 0 : past.dim(2);
        var result =
                Heads.of(
                        Tensor.zeros(
                                added.tensor().dtype(),
                                added.batch(),
                                added.heads(),
                                before + added.length(),
                                added.size()),
                        null);
        for (long item = 0; item < added.batch(); item++) {
            for (long head = 0; head < added.heads(); head++) {
                for (long i = 0; i < result.length() * added.size(); i++) {
                    long position = i / added.size();
                    long feature = i % added.size();
                    if (past != null && position < before) {
                        long from = (item * added.heads() + head) * before * added.size() + i;
                        result.tensor()
                                .copyElement(
                                        result.index(item, head, position, feature), past, from);
                    } else {
                        result.tensor()
                                .copyElement(
                                        result.index(item, head, position, feature),
                                        added.tensor(),
                                        added.index(item, head, position - before, feature));
                    }
                }
            }
        }
        return result.tensor();
    }

    private Tensor cap(Tensor scores) {
        if (softcap == 0) {
            return scores;
        }
        var result = Tensor.zeros(scores.dtype(), scores.dims());
        for (long i = 0; i < result.size(); i++) {
            result.setDouble(i, softcap * Math.tanh(scores.getDouble(i) / softcap));
        }
        return result;
    }

    /// Adds the bias and tells which rows no key is seen in.
    private static boolean[] addBias(Tensor scores, AttentionBias bias, Tensor into) {
        long heads = scores.dim(1);
        long queries = scores.dim(2);
        long keys = scores.dim(3);
        var blind = new boolean[Math.toIntExact(scores.dim(0) * heads * queries)];
        for (int row = 0; row < blind.length; row++) {
            blind[row] = true;
            for (long key = 0; key < keys; key++) {
                double added =
                        bias.at(row / queries / heads, row / queries % heads, row % queries, key);
                blind[row] &= added == Double.NEGATIVE_INFINITY;
                into.setDouble(row * keys + key, scores.getDouble(row * keys + key) + added);
            }
        }
        return blind;
    }

    private static void clear(Tensor weights, boolean[] rows) {
        long length = weights.dim(3);
        for (int row = 0; row < rows.length; row++) {
            for (long i = 0; rows[row] && i < length; i++) {
                weights.setDouble(row * length + i, 0);
            }
        }
    }
}

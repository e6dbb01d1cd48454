package dev.tenon.graph.op.contract;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.Graph;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention whose scores and weights are changed by subgraphs (ONNX preview
/// `FlexAttention`): `probMod(softmax(scoreMod(Q · Kᵀ · scale))) · V`.
///
/// Inputs: Q `[B, Hq, Lq, D]`, K `[B, Hkv, Lkv, D]`, V `[B, Hkv, Lkv, Dv]`, then the captures of
/// the subgraphs. Output: `[B, Hq, Lq, Dv]`. A subgraph takes a tensor `[B, Hq, Lq, Lkv]` in the
/// softmax's type, and the captures, and gives one of the same type and shape.
///
/// @param probMod changes the weights; null where nothing does
/// @param scale null where it is `1 / √D`
/// @param scoreMod changes the scores; null where nothing does
/// @param softmaxPrecision null where it is `f64` for inputs of that type, and `f32` for others
public record FlexAttention(
        @Nullable Graph probMod,
        @Nullable Float scale,
        @Nullable Graph scoreMod,
        @Nullable DType softmaxPrecision)
        implements Contract {
    private static final int CAPTURES = 3;

    public static final OpDef<FlexAttention> DEF =
            OpDef.of(FlexAttention.class)
                    .inputs(3, OpDef.MANY)
                    .infer(FlexAttention::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((_, types) -> Attention.flops(types))
                    .onnx(
                            "ai.onnx.preview",
                            "FlexAttention",
                            1,
                            a ->
                                    new FlexAttention(
                                            a.has("prob_mod") ? a.graph("prob_mod") : null,
                                            a.optionalNumber("scale"),
                                            a.has("score_mod") ? a.graph("score_mod") : null,
                                            a.optionalDtype("softmax_precision")))
                    .build();

    @Override
    public OpDef<FlexAttention> def() {
        return DEF;
    }

    private DType precision(DType inputs) {
        return softmaxPrecision != null
                ? softmaxPrecision
                : inputs == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    }

    private static List<Type> infer(FlexAttention op, InferContext in) {
        for (int i = 0; i < CAPTURES; i++) {
            in.requireSameDtype(0, i);
            in.requireRank(i, 4, 4);
        }
        var q = Heads.shape(in, 0, null);
        var k = Heads.shape(in, 1, null);
        var v = Heads.shape(in, 2, null);
        Attention.checkFit(in, q, k, v);
        in.same(k.dim(2), v.dim(2));
        op.check(in, op.scoreMod);
        op.check(in, op.probMod);
        var batch = in.same(in.same(q.dim(0), k.dim(0)), v.dim(0));
        return List.of(Type.tensor(in.dtype(0), Shape.of(batch, q.dim(1), q.dim(2), v.dim(3))));
    }

    private void check(InferContext in, @Nullable Graph mod) {
        if (mod == null) {
            return;
        }
        int inputs = 1 + in.inputs() - CAPTURES;
        if (mod.inputs().size() != inputs || mod.outputs().size() != 1) {
            throw in.error(
                    Problem.of("a subgraph does not fit")
                            .expected(inputs + " inputs and 1 output")
                            .got(mod.inputs().size() + " and " + mod.outputs().size()));
        }
        var dtype = mod.outputs().getFirst().value().tensorType().dtype();
        if (dtype != precision(in.dtype(0))) {
            throw in.error(
                    Problem.of("a subgraph gives a wrong dtype")
                            .expected(precision(in.dtype(0)))
                            .got(dtype));
        }
    }

    private Tensor evaluate(EvalContext in) {
        var q = Heads.of(in.tensor(0), null);
        var k = Heads.of(in.tensor(1), null);
        var v = Heads.of(in.tensor(2), null);
        double factor = scale == null ? 1 / Math.sqrt(q.size()) : scale;
        var scores = DotProductAttention.scores(q, k, factor).to(precision(q.tensor().dtype()));
        var weights = apply(probMod, DotProductAttention.softmax(apply(scoreMod, scores, in)), in);
        var y = q.zeros(q.length(), v.size());
        DotProductAttention.weigh(weights, v, y);
        return y.tensor();
    }

    private static Tensor apply(@Nullable Graph mod, Tensor tensor, EvalContext in) {
        if (mod == null) {
            return tensor;
        }
        var inputs = new ArrayList<Datum>();
        inputs.add(tensor);
        inputs.addAll(in.data(CAPTURES));
        if (in.run(mod, inputs).getFirst() instanceof Tensor result
                && result.shape().equals(tensor.shape())) {
            return result;
        }
        throw new InputException(
                Problem.of("a subgraph changes the shape of the scores").expected(tensor.shape()));
    }
}

package dev.tenon.graph.op.contract;

import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Locale;

/// A convolution along a sequence, each channel on its own, that sees only what came before and
/// carries its last inputs on (ONNX `CausalConvWithState`).
///
/// Inputs: `[B, C, L]`, weights `[C, 1, K]`, a bias `[C]` and a past state `[B, C, K - 1]`, which
/// may be left out. Outputs: `[B, C, L]`, and the last `K - 1` of past state and input.
public record CausalConvWithState(Activation activation) implements Contract {
    /// What is applied to the sums.
    public enum Activation {
        NONE,
        /// `x · sigmoid(x)`.
        SILU,
        /// Another name of [#SILU].
        SWISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int BIAS = 2;
    private static final int PAST = 3;

    public static final OpDef<CausalConvWithState> DEF =
            OpDef.of(CausalConvWithState.class)
                    .inputs(2, 4)
                    .outputs(1, 2)
                    .infer(CausalConvWithState::infer)
                    .reference(CausalConvWithState::evaluate)
                    .flops(
                            (_, types) ->
                                    types.inputs().get(1) instanceof Type.OfTensor(var _, var w)
                                                    && w.isKnown()
                                            ? 2 * types.outputSize(0) * w.dim(-1).known().orElse(0)
                                            : 0)
                    .onnx(
                            "CausalConvWithState",
                            27,
                            a -> new CausalConvWithState(a.choice("activation", Activation.NONE)))
                    .build();

    @Override
    public OpDef<CausalConvWithState> def() {
        return DEF;
    }

    private static List<Type> infer(CausalConvWithState op, InferContext in) {
        in.requireSameDtype(0, 1);
        in.requireRank(0, 3, 3);
        in.requireRank(1, 3, 3);
        var x = in.shape(0).isRanked() ? in.shape(0) : in.unknownShape(3);
        var w = in.shape(1).isRanked() ? in.shape(1) : in.unknownShape(3);
        if (w.dim(2).known().orElse(1) < 1) {
            throw in.error(
                    Problem.of("the weights have no taps")
                            .expected("[C, 1, K] with K at least 1")
                            .got(w));
        }
        var channels = in.same(x.dim(1), w.dim(0));
        var batch = x.dim(0);
        var carried = w.dim(2).minus(1);
        if (in.has(PAST) && in.shape(PAST).isRanked()) {
            in.requireRank(PAST, 3, 3);
            batch = in.same(batch, in.shape(PAST).dim(0));
            carried = in.same(carried, in.shape(PAST).dim(2));
        }
        return List.of(
                Type.tensor(in.dtype(0), Shape.of(batch, channels, x.dim(2))),
                Type.tensor(in.dtype(0), Shape.of(batch, channels, carried)));
    }

    private static List<Tensor> evaluate(CausalConvWithState op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(1);
        var bias = in.optionalTensor(BIAS);
        var past = in.optionalTensor(PAST);
        int taps = (int) w.dim(2);
        int length = (int) x.dim(2);
        var y = Tensor.zeros(x.dtype(), x.dims());
        var present = Tensor.zeros(x.dtype(), x.dim(0), x.dim(1), taps - 1);
        var sequence = new double[taps - 1 + length];
        for (int row = 0; row < x.dim(0) * x.dim(1); row++) {
            int channel = row % (int) x.dim(1);
            for (int i = 0; i < sequence.length; i++) {
                sequence[i] =
                        i >= taps - 1
                                ? x.getDouble((long) row * length + i - (taps - 1))
                                : past == null ? 0 : past.getDouble((long) row * (taps - 1) + i);
            }
            for (int position = 0; position < length; position++) {
                double sum = bias == null ? 0 : bias.getDouble(channel);
                for (int tap = 0; tap < taps; tap++) {
                    sum += sequence[position + tap] * w.getDouble((long) channel * taps + tap);
                }
                double rounded = x.dtype().round(sum);
                double result =
                        op.activation == Activation.NONE
                                ? rounded
                                : rounded / (1 + Math.exp(-rounded));
                y.setDouble((long) row * length + position, result);
            }
            for (int i = 0; i < taps - 1; i++) {
                present.setDouble((long) row * (taps - 1) + i, sequence[length + i]);
            }
        }
        return List.of(y, present);
    }
}

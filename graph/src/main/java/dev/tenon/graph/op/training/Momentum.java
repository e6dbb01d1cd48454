package dev.tenon.graph.op.training;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Locale;

/// A step of gradient descent with momentum (ONNX preview training `Momentum`). The state is the
/// momentum.
///
/// @param alpha the decay of the momentum
/// @param beta the share of the gradient in the momentum; 1 at the first update
/// @param mode where the gradient is taken
/// @param normCoefficient of the L2 regularisation
public record Momentum(float alpha, float beta, Mode mode, float normCoefficient)
        implements Training {
    /// The variants.
    public enum Mode {
        STANDARD,
        NESTEROV;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final OpDef<Momentum> DEF =
            OpDef.of(Momentum.class)
                    .inputs(5, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer((op, in) -> Training.infer(in, 1))
                    .reference(Momentum::evaluate)
                    .noGradient("a step of an optimiser")
                    .flops((op, types) -> 7 * types.outputSize(0))
                    .onnx(
                            DOMAIN,
                            "Momentum",
                            1,
                            a ->
                                    new Momentum(
                                            a.number("alpha"),
                                            a.number("beta"),
                                            a.choice("mode", Mode.STANDARD),
                                            a.number("norm_coefficient")))
                    .build();

    @Override
    public OpDef<Momentum> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(Momentum op, EvalContext in) {
        double rate = in.tensor(0).getDouble(0);
        double share = in.tensor(1).getLong(0) > 0 ? op.beta : 1;
        return UpdateStep.apply(
                in,
                1,
                op.normCoefficient,
                (x, gradient, state) -> {
                    state[0] = op.alpha * state[0] + share * gradient;
                    return switch (op.mode) {
                        case STANDARD -> x - rate * state[0];
                        case NESTEROV -> x - rate * (gradient + op.alpha * state[0]);
                    };
                });
    }
}

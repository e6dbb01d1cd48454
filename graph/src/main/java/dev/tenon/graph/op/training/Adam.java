package dev.tenon.graph.op.training;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// A step of Adam (ONNX preview training `Adam`). The states are the running means of the gradients
/// and of their squares.
///
/// @param alpha the decay of the first mean
/// @param beta the decay of the second mean
/// @param epsilon keeps the divisor from 0
/// @param normCoefficient of the L2 regularisation of the gradients
/// @param normCoefficientPost of the decay of the new parameters
public record Adam(
        float alpha, float beta, float epsilon, float normCoefficient, float normCoefficientPost)
        implements Training {
    public static final OpDef<Adam> DEF =
            OpDef.of(Adam.class)
                    .inputs(6, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer((op, in) -> Training.infer(in, 2))
                    .reference(Adam::evaluate)
                    .noGradient("a step of an optimiser")
                    .flops((op, types) -> 16 * types.outputSize(0))
                    .onnx(
                            DOMAIN,
                            "Adam",
                            1,
                            a ->
                                    new Adam(
                                            a.number("alpha", 0.9f),
                                            a.number("beta", 0.999f),
                                            a.number("epsilon", 0),
                                            a.number("norm_coefficient", 0),
                                            a.number("norm_coefficient_post", 0)))
                    .build();

    @Override
    public OpDef<Adam> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(Adam op, EvalContext in) {
        double given = in.tensor(0).getDouble(0);
        long updates = in.tensor(1).getLong(0);
        double rate =
                updates > 0
                        ? given
                                * Math.sqrt(1 - Math.pow(op.beta, updates))
                                / (1 - Math.pow(op.alpha, updates))
                        : given;
        return UpdateStep.apply(
                in,
                2,
                op.normCoefficient,
                (x, gradient, state) -> {
                    state[0] = op.alpha * state[0] + (1.0 - op.alpha) * gradient;
                    state[1] = op.beta * state[1] + (1.0 - op.beta) * gradient * gradient;
                    return (1.0 - op.normCoefficientPost)
                            * (x - rate * state[0] / (Math.sqrt(state[1]) + op.epsilon));
                });
    }
}

package dev.tenon.graph.op.training;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// A step of Adagrad (ONNX preview training `Adagrad`). The state is the sum of the squared
/// gradients.
///
/// @param decayFactor how the learning rate falls: rate / (1 + updates · decay)
/// @param epsilon keeps the divisor from 0
/// @param normCoefficient of the L2 regularisation
public record Adagrad(float decayFactor, float epsilon, float normCoefficient) implements Training {
    public static final OpDef<Adagrad> DEF =
            OpDef.of(Adagrad.class)
                    .inputs(5, OpDef.MANY)
                    .outputs(1, OpDef.MANY)
                    .infer((op, in) -> Training.infer(in, 1))
                    .reference(Adagrad::evaluate)
                    .noGradient("a step of an optimiser")
                    .flops((op, types) -> 9 * types.outputSize(0))
                    .onnx(
                            DOMAIN,
                            "Adagrad",
                            1,
                            a ->
                                    new Adagrad(
                                            a.number("decay_factor", 0),
                                            a.number("epsilon", 0),
                                            a.number("norm_coefficient", 0)))
                    .build();

    @Override
    public OpDef<Adagrad> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(Adagrad op, EvalContext in) {
        double rate =
                in.tensor(0).getDouble(0) / (1 + in.tensor(1).getLong(0) * (double) op.decayFactor);
        return UpdateStep.apply(
                in,
                1,
                op.normCoefficient,
                (x, gradient, state) -> {
                    state[0] += gradient * gradient;
                    return x - rate * gradient / (Math.sqrt(state[0]) + op.epsilon);
                });
    }
}

package dev.tenon.graph.op.norm;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The negative log-likelihood of the target classes under the softmax of scores (ONNX
/// `SoftmaxCrossEntropyLoss`).
///
/// Inputs: scores `[N, C, …]`, the target classes `[N, …]`, and optionally a weight for each class
/// `[C]`. Outputs: a loss for each target, or one number; optionally the logarithms of the
/// probabilities.
///
/// @param ignoreIndex the target that does not count; null when all do
public record SoftmaxCrossEntropyLoss(@Nullable Long ignoreIndex, Reduction reduction)
        implements Norm {
    public static final OpDef<SoftmaxCrossEntropyLoss> DEF =
            OpDef.of(SoftmaxCrossEntropyLoss.class)
                    .inputs(2, 3)
                    .outputs(1, 2)
                    .infer((op, in) -> List.of(op.likelihood().infer(in), in.tensor(0)))
                    .reference((op, in) -> op.evaluate(in))
                    .flops((op, types) -> 5 * types.inputSize(0))
                    .onnx(
                            "SoftmaxCrossEntropyLoss",
                            13,
                            a ->
                                    new SoftmaxCrossEntropyLoss(
                                            a.optionalInteger("ignore_index"),
                                            a.choice("reduction", Reduction.MEAN)))
                    .build();

    @Override
    public OpDef<SoftmaxCrossEntropyLoss> def() {
        return DEF;
    }

    private Likelihood likelihood() {
        return new Likelihood(reduction, ignoreIndex);
    }

    private List<Tensor> evaluate(EvalContext in) {
        var logs = Softmaxes.alongAxis(in.tensor(0), 1, Softmaxes::logSoftmax);
        return List.of(likelihood().loss(logs, in.tensor(1), in.optionalTensor(2)), logs);
    }
}

package dev.tenon.graph.op.norm;

import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The negative log-likelihood of the target classes (ONNX `NegativeLogLikelihoodLoss`).
///
/// Inputs: logarithms of probabilities `[N, C, …]`, the target classes `[N, …]`, and optionally a
/// weight for each class `[C]`. Output: a loss for each target, or one number.
///
/// @param ignoreIndex the target that does not count; null when all do
public record NegativeLogLikelihoodLoss(@Nullable Long ignoreIndex, Reduction reduction)
        implements Norm {
    public static final OpDef<NegativeLogLikelihoodLoss> DEF =
            OpDef.of(NegativeLogLikelihoodLoss.class)
                    .inputs(2, 3)
                    .infer((op, in) -> List.of(op.likelihood().infer(in)))
                    .reference(
                            (op, in) ->
                                    List.of(
                                            op.likelihood()
                                                    .loss(
                                                            in.tensor(0),
                                                            in.tensor(1),
                                                            in.optionalTensor(2))))
                    .flops((op, types) -> 2 * types.inputSize(1))
                    .onnx(
                            "NegativeLogLikelihoodLoss",
                            13,
                            a ->
                                    new NegativeLogLikelihoodLoss(
                                            a.optionalInteger("ignore_index"),
                                            a.choice("reduction", Reduction.MEAN)))
                    .build();

    @Override
    public OpDef<NegativeLogLikelihoodLoss> def() {
        return DEF;
    }

    private Likelihood likelihood() {
        return new Likelihood(reduction, ignoreIndex);
    }
}

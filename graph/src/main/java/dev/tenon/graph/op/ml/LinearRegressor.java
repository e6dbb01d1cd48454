package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Weighted sums of features (ONNX `LinearRegressor`).
///
/// The input is `[N, C]`; the output is `[N, targets]`, `float32`.
///
/// @param coefficients the weights of the first target, then those of the next
/// @param intercepts what is added, one number a target; null for nothing
public record LinearRegressor(
        Floats coefficients, @Nullable Floats intercepts, PostTransform postTransform, int targets)
        implements Ml {
    public static final OpDef<LinearRegressor> DEF =
            OpDef.of(LinearRegressor.class)
                    .infer((op, in) -> List.of(Samples.rows(in, DType.FLOAT32, op.targets)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .flops((op, types) -> 2.0 * op.targets * types.inputSize(0))
                    .onnx(
                            DOMAIN,
                            "LinearRegressor",
                            1,
                            a ->
                                    new LinearRegressor(
                                            a.numbers("coefficients"),
                                            a.has("intercepts") ? a.numbers("intercepts") : null,
                                            a.choice("post_transform", PostTransform.NONE),
                                            Math.toIntExact(a.integer("targets", 1))))
                    .build();

    @Override
    public OpDef<LinearRegressor> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        return new Samples(data)
                .map(
                        DType.FLOAT32,
                        targets,
                        sample ->
                                postTransform.apply(
                                        scores(sample, coefficients, intercepts, targets)));
    }

    /// `coefficients · sample + intercepts`.
    static double[] scores(
            double[] sample, Floats coefficients, @Nullable Floats intercepts, int targets) {
        var scores = new double[targets];
        for (int target = 0; target < targets; target++) {
            double sum = 0;
            for (int i = 0; i < sample.length; i++) {
                sum += sample[i] * coefficients.get(target * sample.length + i);
            }
            scores[target] = sum + (intercepts == null ? 0 : intercepts.get(target));
        }
        return scores;
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.Dim;
import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The class with the largest weighted sum of features (ONNX `LinearClassifier`).
///
/// The input is `[N, C]`. Outputs: the label of each sample, and the scores of the classes. Two
/// classes with the weights of one score `-s` and `s`.
///
/// @param coefficients the weights of the first class, then those of the next
/// @param intercepts what is added, one number a class; null for nothing
/// @param multiClass whether training was multinomial; it does not change the result
public record LinearClassifier(
        @Nullable Longs classlabelsInts,
        @Nullable List<String> classlabelsStrings,
        Floats coefficients,
        @Nullable Floats intercepts,
        boolean multiClass,
        PostTransform postTransform)
        implements Ml {
    public static final OpDef<LinearClassifier> DEF =
            OpDef.of(LinearClassifier.class)
                    .outputs(1, 2)
                    .infer((op, in) -> op.infer(in))
                    .reference((op, in) -> op.evaluate(new Samples(in.tensor(0))))
                    .noGradient("a label does not change smoothly")
                    .flops((op, types) -> 2.0 * op.labels().size() * types.inputSize(0))
                    .onnx(
                            DOMAIN,
                            "LinearClassifier",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            LinearClassifier.DEF, a, List.of("coefficients")))
                    .build();

    @Override
    public OpDef<LinearClassifier> def() {
        return DEF;
    }

    private Labels labels() {
        return new Labels(classlabelsInts, classlabelsStrings);
    }

    /// How many scores there are for samples of a width.
    private int scores(long width) {
        int rows = Math.toIntExact(coefficients.size() / width);
        return rows == 1 && labels().size() == 2 ? 2 : rows;
    }

    private List<Type> infer(InferContext in) {
        in.requireRank(0, 1, 2);
        var width = in.shape(0).isRanked() ? in.shape(0).dim(-1) : in.unknown();
        var scores =
                width instanceof Dim.Known(var known) && known > 0
                        ? Dim.of(scores(known))
                        : in.unknown();
        return Classification.infer(in, labels(), scores);
    }

    private List<Tensor> evaluate(Samples samples) {
        int rows = coefficients.size() / samples.width();
        int scores = scores(samples.width());
        return Classification.evaluate(
                samples,
                labels(),
                scores,
                sample -> {
                    var sums = LinearRegressor.scores(sample, coefficients, intercepts, rows);
                    if (rows == 1 && scores == 2) {
                        sums = new double[] {-sums[0], sums[0]};
                    }
                    var transformed = postTransform.apply(sums);
                    if (scores > 1) {
                        return Classification.Verdict.largest(transformed);
                    }
                    double threshold = postTransform == PostTransform.NONE ? 0 : 0.5;
                    return new Classification.Verdict(
                            transformed[0] >= threshold ? 0 : Labels.NONE, transformed);
                });
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import java.util.List;
import java.util.function.Function;

/// What classifiers give: the label of each sample, and `float32` scores for all classes.
final class Classification {
    /// The verdict on one sample.
    ///
    /// @param label the place of its label
    record Verdict(int label, double[] scores) {
        /// The class with the largest score.
        static Verdict largest(double[] scores) {
            return new Verdict(indexOfLargest(scores), scores);
        }
    }

    private Classification() {}

    /// @param scores how many there are for each sample
    static List<Type> infer(InferContext in, Labels labels, Dim scores) {
        var count = Samples.count(in);
        return List.of(
                Type.tensor(labels.dtype(), Shape.of(count)),
                Type.tensor(DType.FLOAT32, Shape.of(count, scores)));
    }

    static List<Tensor> evaluate(
            Samples samples, Labels labels, int scores, Function<double[], Verdict> judge) {
        var classes = Tensor.zeros(labels.dtype(), samples.count());
        var all = Tensor.zeros(DType.FLOAT32, samples.count(), scores);
        for (int i = 0; i < samples.count(); i++) {
            var verdict = judge.apply(samples.get(i));
            labels.put(classes, i, verdict.label);
            for (int n = 0; n < scores; n++) {
                all.setDouble((long) i * scores + n, verdict.scores[n]);
            }
        }
        return List.of(classes, all);
    }

    static int indexOfLargest(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.Dim;
import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Classification by support vector machines, one for each pair of classes (ONNX `SVMClassifier`),
/// or, with no support vectors, by a linear function for each class.
///
/// The input is `[N, F]`. Outputs: the label of each sample, and scores: probabilities of the
/// classes where `probA` and `probB` are given, else the decision values, of which a single one `s`
/// becomes `-s` and `s`.
///
/// @param coefficients of the support vectors, `[classes - 1, vectors]`; without any, `[classes,
///   F]`
/// @param kernelParams gamma, coef0 and degree
/// @param probA slope of the logistic function that makes a probability of each pair's decision
///   value
/// @param probB its offset
/// @param rho what is added to each pair's decision value
/// @param vectorsPerClass how many of the support vectors belong to each class
public record SVMClassifier(
        @Nullable Longs classlabelsInts,
        @Nullable List<String> classlabelsStrings,
        Floats coefficients,
        @Nullable Floats kernelParams,
        Kernel kernelType,
        PostTransform postTransform,
        @Nullable Floats probA,
        @Nullable Floats probB,
        Floats rho,
        @Nullable Floats supportVectors,
        @Nullable Longs vectorsPerClass)
        implements Ml {
    public static final OpDef<SVMClassifier> DEF =
            OpDef.of(SVMClassifier.class)
                    .outputs(1, 2)
                    .infer((op, in) -> Classification.infer(in, op.labels(), Dim.of(op.scores())))
                    .reference((op, in) -> op.evaluate(in.tensor(0)))
                    .noGradient("a label does not change smoothly")
                    .onnx(
                            DOMAIN,
                            "SVMClassifier",
                            1,
                            a ->
                                    RecordAttributes.read(
                                            SVMClassifier.DEF, a, List.of("coefficients", "rho")))
                    .build();

    private static final double LEAST_PROBABILITY = 1e-7;

    public SVMClassifier {
        boolean vectors = vectorsPerClass != null && vectorsPerClass.stream().sum() != 0;
        if (vectors && supportVectors == null || (probA == null) != (probB == null)) {
            throw new GraphException(
                    Problem.of(
                                    vectors && supportVectors == null
                                            ? "the support vectors are missing"
                                            : "prob_a and prob_b go together")
                            .op("SVMClassifier"));
        }
    }

    @Override
    public OpDef<SVMClassifier> def() {
        return DEF;
    }

    private Labels labels() {
        return new Labels(classlabelsInts, classlabelsStrings);
    }

    private int classes() {
        return Math.max(1, labels().size());
    }

    private boolean isLinear() {
        return vectorsPerClass == null || vectorsPerClass.stream().sum() == 0;
    }

    private boolean hasProbabilities() {
        return !isLinear() && probA != null && !probA.isEmpty();
    }

    private int scores() {
        if (isLinear() || hasProbabilities()) {
            return classes();
        }
        int pairs = classes() * (classes() - 1) / 2;
        return pairs == 1 ? 2 : pairs;
    }

    private List<Tensor> evaluate(Tensor data) {
        return Classification.evaluate(
                new Samples(data),
                labels(),
                scores(),
                isLinear() ? this::judgeLinear : this::judge);
    }

    private Classification.Verdict judgeLinear(double[] sample) {
        var sums = new double[classes()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = rho.get(0) + Kernel.LINEAR.of(null, sample, coefficients, i);
        }
        int label =
                sums.length == 1 && sums[0] <= 0
                        ? Labels.NONE
                        : Classification.indexOfLargest(sums);
        return new Classification.Verdict(label, postTransform.apply(sums));
    }

    private Classification.Verdict judge(double[] sample) {
        var decisions = decisions(sample);
        var votes = new double[classes()];
        int pair = 0;
        for (int i = 0; i < classes(); i++) {
            for (int j = i + 1; j < classes(); j++) {
                votes[decisions[pair++] > 0 ? i : j]++;
            }
        }
        int label = Classification.indexOfLargest(votes);
        if (hasProbabilities()) {
            return new Classification.Verdict(label, postTransform.apply(probabilities(decisions)));
        }
        if (decisions.length == 1) {
            boolean allPositive = coefficients.size() > 0 && isNeverNegative(coefficients);
            return new Classification.Verdict(
                    allPositive ? 1 : label, postTransform.apply(-decisions[0], decisions[0]));
        }
        return new Classification.Verdict(label, postTransform.apply(decisions));
    }

    private static boolean isNeverNegative(Floats numbers) {
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    /// The decision value of each pair of classes; above 0, it is for the first one.
    private double[] decisions(double[] sample) {
        var perClass = Objects.requireNonNull(vectorsPerClass);
        int vectors = (int) perClass.stream().sum();
        var kernels = new double[vectors];
        for (int i = 0; i < vectors; i++) {
            kernels[i] =
                    kernelType.of(kernelParams, sample, Objects.requireNonNull(supportVectors), i);
        }
        var first = new int[classes()];
        for (int i = 1; i < first.length; i++) {
            first[i] = first[i - 1] + perClass.getInt(i - 1);
        }
        var decisions = new double[classes() * (classes() - 1) / 2];
        int pair = 0;
        for (int i = 0; i < classes(); i++) {
            for (int j = i + 1; j < classes(); j++) {
                double sum = rho.get(pair);
                for (int v = first[i]; v < first[i] + perClass.get(i); v++) {
                    sum += coefficients.get((j - 1) * vectors + v) * kernels[v];
                }
                for (int v = first[j]; v < first[j] + perClass.get(j); v++) {
                    sum += coefficients.get(i * vectors + v) * kernels[v];
                }
                decisions[pair++] = sum;
            }
        }
        return decisions;
    }

    private double[] probabilities(double[] decisions) {
        var pairs = new double[classes()][classes()];
        int pair = 0;
        for (int i = 0; i < classes(); i++) {
            for (int j = i + 1; j < classes(); j++) {
                double slope = Objects.requireNonNull(probA).get(pair);
                double offset = Objects.requireNonNull(probB).get(pair);
                double p = 1 - PostTransform.logistic(decisions[pair++] * slope + offset);
                pairs[i][j] = Math.clamp(p, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
                pairs[j][i] = 1 - pairs[i][j];
            }
        }
        return PairwiseProbabilities.combine(pairs);
    }
}

package dev.tenon.graph.op.ml;

import java.util.Arrays;

/// What becomes of the scores of one sample.
public enum PostTransform {
    NONE,
    /// `exp(x) / sum(exp(x))`.
    SOFTMAX,
    /// `1 / (1 + exp(-x))` of each.
    LOGISTIC,
    /// The softmax of the scores that are not zero; those that are stay zero.
    SOFTMAX_ZERO,
    /// The normal distribution's quantile of each.
    PROBIT;

    /// The transform of a number in files.
    static PostTransform of(int number) {
        return values()[number];
    }

    double[] apply(double... scores) {
        return switch (this) {
            case NONE -> scores;
            case SOFTMAX -> softmax(scores, false);
            case SOFTMAX_ZERO -> softmax(scores, true);
            case LOGISTIC -> Arrays.stream(scores).map(PostTransform::logistic).toArray();
            case PROBIT -> Arrays.stream(scores).map(PostTransform::probit).toArray();
        };
    }

    static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] softmax(double[] scores, boolean keepZeros) {
        double max = Arrays.stream(scores).max().orElse(0);
        var powers =
                Arrays.stream(scores)
                        .map(
                                s ->
                                        keepZeros && Math.abs(s) <= 1e-7
                                                ? s * Math.exp(-max)
                                                : Math.exp(s - max))
                        .toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(p -> sum == 0 ? 0.5 : p / sum).toArray();
    }

    /// `√2 · erf⁻¹(2p - 1)`, with Winitzki's approximation of the inverse error function, which is
    /// what other runtimes compute.
    private static double probit(double p) {
        double x = 2 * p - 1;
        double log = Math.log((1 - x) * (1 + x));
        double half = 2 / (Math.PI * 0.147) + 0.5 * log;
        return Math.sqrt(2)
                * Math.signum(x)
                * Math.sqrt(-half + Math.sqrt(half * half - log / 0.147));
    }
}

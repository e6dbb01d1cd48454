package dev.tenon.graph.op.ml;

import java.util.Arrays;

/// Probabilities of classes out of the probabilities of one class against another.
///
/// Source: T.-F. Wu, C.-J. Lin, R. C. Weng, "Probability Estimates for Multi-class Classification
/// by Pairwise Coupling", 2004, second approach, algorithm 2.
final class PairwiseProbabilities {
    private static final int LEAST_ITERATIONS = 100;

    private PairwiseProbabilities() {}

    /// @param pairs at `[i][j]`, the probability of class i when it is i or j
    static double[] combine(double[][] pairs) {
        int classes = pairs.length;
        var q = new double[classes][classes];
        for (int t = 0; t < classes; t++) {
            for (int j = 0; j < classes; j++) {
                if (j != t) {
                    q[t][t] += pairs[j][t] * pairs[j][t];
                    q[t][j] = -pairs[j][t] * pairs[t][j];
                }
            }
        }
        var p = new double[classes];
        Arrays.fill(p, 1.0 / classes);
        for (int iteration = 0; iteration < Math.max(LEAST_ITERATIONS, classes); iteration++) {
            if (!improve(q, p)) {
                break;
            }
        }
        return p;
    }

    /// One round over all classes; false when p is good enough.
    private static boolean improve(double[][] q, double[] p) {
        var qp = new double[p.length];
        double pqp = 0;
        for (int t = 0; t < p.length; t++) {
            for (int j = 0; j < p.length; j++) {
                qp[t] += q[t][j] * p[j];
            }
            pqp += p[t] * qp[t];
        }
        double error = 0;
        for (double value : qp) {
            error = Math.max(error, Math.abs(value - pqp));
        }
        if (error < 0.005 / p.length) {
            return false;
        }
        for (int t = 0; t < p.length; t++) {
            double step = (pqp - qp[t]) / q[t][t];
            p[t] += step;
            pqp = (pqp + step * (step * q[t][t] + 2 * qp[t])) / ((1 + step) * (1 + step));
            for (int j = 0; j < p.length; j++) {
                qp[j] = (qp[j] + step * q[t][j]) / (1 + step);
                p[j] /= 1 + step;
            }
        }
        return true;
    }
}

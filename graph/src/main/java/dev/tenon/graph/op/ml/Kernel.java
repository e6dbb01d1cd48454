package dev.tenon.graph.op.ml;

import dev.tenon.base.Floats;
import org.jspecify.annotations.Nullable;

/// How support vector machines compare two vectors.
public enum Kernel {
    /// `x·y`.
    LINEAR,
    /// `(gamma · x·y + coef0) ^ degree`.
    POLY,
    /// `exp(-gamma · |x - y|²)`.
    RBF,
    /// `tanh(gamma · x·y + coef0)`.
    SIGMOID;

    /// @param parameters gamma, coef0 and degree; null for zeros
    /// @param vectors where the other vector stands, one after the other
    /// @param at its number
    double of(@Nullable Floats parameters, double[] sample, Floats vectors, int at) {
        double gamma = parameter(parameters, 0);
        double product = 0;
        double distance = 0;
        for (int i = 0; i < sample.length; i++) {
            double other = vectors.get(at * sample.length + i);
            product += sample[i] * other;
            distance += (sample[i] - other) * (sample[i] - other);
        }
        double affine = gamma * product + parameter(parameters, 1);
        return switch (this) {
            case LINEAR -> product;
            case POLY -> Math.pow(affine, parameter(parameters, 2));
            case RBF -> Math.exp(-gamma * distance);
            case SIGMOID -> Math.tanh(affine);
        };
    }

    private static double parameter(@Nullable Floats parameters, int index) {
        return parameters == null || index >= parameters.size() ? 0 : parameters.get(index);
    }
}

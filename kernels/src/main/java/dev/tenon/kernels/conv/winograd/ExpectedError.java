package dev.tenon.kernels.conv.winograd;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.Memory;
import java.util.Arrays;

/// How far the outputs of a convolution by minimal filtering are expected to be from the exact
/// ones.
///
/// For independent inputs around 0, an element of the products has the variance `S = Σ u² · |b|²`,
/// over all channels, of transformed weights `u` and rows `b` of the transform of inputs. Each
/// number that is rounded is off by a variance of `ε²/3` of its square, `ε = 2⁻²⁴`; in a sum of `n`
/// products half of the rounded sums' variances come to `n / 2 · S`. The transform of the outputs
/// weighs these errors with the squares of its elements, and what is left is compared with the
/// outputs' own variance `Σ w²`.
public final class ExpectedError {
    private static final int TAPS = 9;

    /// Features whose weights are looked at, at most.
    private static final int FEATURES = 32;

    private static final double EPSILON = 0x1p-24;

    /// Roundings of transformed inputs, of transformed weights and of outputs, for each product.
    private static final int ROUNDINGS = 4;

    private ExpectedError() {}

    /// The root mean square of the error by that of the outputs, for the feature where it is the
    /// largest; 0 where all weights are.
    ///
    /// @param weights `[features, channels, 3, 3]`, finite
    public static double of(Transform transform, Tensor weights) {
        int features = Math.toIntExact(weights.dim(0));
        int channels = Math.toIntExact(weights.dim(1));
        int step = Math.ceilDiv(features, FEATURES);
        var taps = new float[channels * TAPS];
        double most = 0;
        for (int feature = 0; feature < features; feature += step) {
            Memory.load(weights.segment(), (long) feature * taps.length, taps, 0, taps.length);
            most = Math.max(most, squared(transform, products(taps)));
        }
        double roundings = ROUNDINGS + channels / 2.0;
        return EPSILON * Math.sqrt(roundings / 3 * most);
    }

    /// `Σ wₛ wₜ` over all channels, for each two taps.
    private static double[][] products(float[] taps) {
        var sums = new double[TAPS][TAPS];
        for (int channel = 0; channel < taps.length; channel += TAPS) {
            for (int s = 0; s < TAPS; s++) {
                for (int t = 0; t < TAPS; t++) {
                    sums[s][t] += (double) taps[channel + s] * taps[channel + t];
                }
            }
        }
        return sums;
    }

    /// The variance that errors of 1 come to, by that of the outputs; the mean of a tile.
    private static double squared(Transform transform, double[][] products) {
        double own = 0;
        for (int t = 0; t < TAPS; t++) {
            own += products[t][t];
        }
        if (own == 0) {
            return 0;
        }
        int size = transform.inputs();
        int outputs = transform.outputs();
        var errors = new double[outputs * outputs];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double variance =
                        transformed(transform, i, j, products)
                                * inputs(transform, i)
                                * inputs(transform, j);
                for (int p = 0; p < errors.length; p++) {
                    double weight =
                            transform.output(p / outputs, i) * transform.output(p % outputs, j);
                    errors[p] += weight * weight * variance;
                }
            }
        }
        return Arrays.stream(errors).average().orElse(0) / own;
    }

    /// `Σ u²` of an element of the transformed weights.
    private static double transformed(
            Transform transform, int row, int column, double[][] products) {
        double sum = 0;
        for (int s = 0; s < TAPS; s++) {
            for (int t = 0; t < TAPS; t++) {
                sum +=
                        transform.weight(row, s / 3)
                                * transform.weight(column, s % 3)
                                * transform.weight(row, t / 3)
                                * transform.weight(column, t % 3)
                                * products[s][t];
            }
        }
        return sum;
    }

    /// `|b|²` of a row of the transform of inputs.
    private static double inputs(Transform transform, int row) {
        double sum = 0;
        for (int i = 0; i < transform.inputs(); i++) {
            sum += transform.input(row, i) * transform.input(row, i);
        }
        return sum;
    }
}

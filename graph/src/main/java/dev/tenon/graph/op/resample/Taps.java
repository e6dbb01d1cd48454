package dev.tenon.graph.op.resample;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;

/// The elements of an axis that an output position is made of, and their weights.
///
/// @param indices positions along the axis; -1 for one that reads as zero
record Taps(long[] indices, double[] weights) {
    /// The coefficient of cubic convolution interpolation that is used unless another is given.
    static final double CUBIC_A = -0.75;

    /// The weight of an element at a distance, in cubic convolution interpolation (Keys 1981).
    static double cubic(double distance, double a) {
        double x = Math.abs(distance);
        if (x <= 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
    }

    /// The weight of an element at a distance, in linear interpolation.
    static double linear(double distance) {
        return Math.max(0, 1 - Math.abs(distance));
    }

    /// Divides the weights by their sum.
    Taps normalized() {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        var normalized = weights.clone();
        for (int i = 0; i < normalized.length; i++) {
            normalized[i] /= sum;
        }
        return new Taps(indices, normalized);
    }

    /// The weighted sum over the taps of all axes.
    ///
    /// @param start where the image begins in `data`
    /// @param dims the image's extents
    static double sample(Tensor data, long start, long[] dims, Taps... axes) {
        return sample(data, start, dims, axes, 0);
    }

    private static double sample(Tensor data, long start, long[] dims, Taps[] axes, int axis) {
        if (axis == axes.length) {
            return data.getDouble(start);
        }
        long stride = Nd.size(dims, axis + 1, dims.length);
        double sum = 0;
        for (int i = 0; i < axes[axis].indices.length; i++) {
            long index = axes[axis].indices[i];
            if (index >= 0) {
                sum +=
                        axes[axis].weights[i]
                                * sample(data, start + index * stride, dims, axes, axis + 1);
            }
        }
        return sum;
    }
}

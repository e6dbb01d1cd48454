package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Tensor;
import org.jspecify.annotations.Nullable;

/// The weights of one direction.
///
/// @param w `[gates · H, I]`
/// @param r `[gates · H, H]`
/// @param b `[2 · gates · H]`
/// @param count how many gates there are
record Gates(double[] w, double[] r, double[] b, int count) {
    static Gates of(Tensor w, Tensor r, @Nullable Tensor b, int direction, int count) {
        int rows = (int) w.dim(1);
        return new Gates(
                slice(w, direction),
                slice(r, direction),
                b == null ? new double[2 * rows] : slice(b, direction),
                count);
    }

    /// The elements at one index of the first axis.
    static double[] slice(Tensor tensor, long index) {
        var elements = new double[Math.toIntExact(tensor.size() / Math.max(1, tensor.dim(0)))];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = tensor.getDouble(index * elements.length + i);
        }
        return elements;
    }

    /// The number H of hidden units.
    int hidden() {
        return b.length / 2 / count;
    }

    /// What a gate's unit gets from the input, its bias included.
    double fromInput(int gate, int unit, double[] x) {
        int row = gate * hidden() + unit;
        return b[row] + dot(w, row, x);
    }

    /// What a gate's unit gets from a state, its bias included.
    double fromState(int gate, int unit, double[] h) {
        int row = gate * hidden() + unit;
        return b[count * hidden() + row] + dot(r, row, h);
    }

    /// The sum of both for all units.
    double[] sums(int gate, double[] x, double[] h) {
        var sums = new double[hidden()];
        for (int unit = 0; unit < sums.length; unit++) {
            sums[unit] = fromInput(gate, unit, x) + fromState(gate, unit, h);
        }
        return sums;
    }

    private static double dot(double[] matrix, int row, double[] vector) {
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += matrix[row * vector.length + i] * vector[i];
        }
        return sum;
    }
}

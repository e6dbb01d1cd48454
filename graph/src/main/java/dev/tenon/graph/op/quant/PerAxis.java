package dev.tenon.graph.op.quant;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Scales and zero points of operands: one number, a vector along an axis, or a tensor that
/// broadcasts.
final class PerAxis {
    private PerAxis() {}

    /// The scale or zero point of each element.
    ///
    /// @param dims the extents of the operand
    /// @param axis where a vector goes along
    static double[] spread(Tensor parameter, long[] dims, int axis) {
        var shape = parameter.size() == 1 ? new long[0] : parameter.dims();
        if (shape.length == 1) {
            long length = shape[0];
            shape = new long[dims.length];
            Arrays.fill(shape, 1);
            shape[axis] = length;
        }
        Nd.broadcast(shape, dims);
        var result = new double[Math.toIntExact(Tensor.size(dims))];
        Nd.walk(
                dims,
                new long[][] {Nd.broadcastStrides(shape, dims)},
                (index, offsets) -> result[(int) index] = parameter.getDouble(offsets[0]));
        return result;
    }

    /// The elements less their zero points.
    static double[] centred(Tensor x, @Nullable Tensor zeroPoint, int axis) {
        var result = x.toDoubles();
        if (zeroPoint != null) {
            var zeros = spread(zeroPoint, x.dims(), axis);
            for (int i = 0; i < result.length; i++) {
                result[i] -= zeros[i];
            }
        }
        return result;
    }

    /// Quantises products of quantised operands.
    ///
    /// @param scales the scale of each product
    /// @param axis where the scales and zero points of the result go along
    static Tensor quantise(
            double[] products,
            double[] scales,
            Tensor scale,
            Tensor zeroPoint,
            long[] dims,
            int axis) {
        var result = Tensor.zeros(zeroPoint.dtype(), dims);
        var divisors = spread(scale, dims, axis);
        var zeros = spread(zeroPoint, dims, axis);
        for (int i = 0; i < products.length; i++) {
            Saturation.store(result, i, products[i] * scales[i] / divisors[i], zeros[i], true);
        }
        return result;
    }
}

package dev.tenon.graph.op.resample;

import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;

/// Resamples a tensor axis by axis, as a [Resize] says.
///
/// @param axes every axis of the tensor
record Resizer(Resize op, ResizeAxis[] axes) {

    Tensor resize(Tensor data) {
        var dims = Arrays.stream(axes).mapToLong(ResizeAxis::output).toArray();
        var result = Tensor.zeros(data.dtype(), dims);
        if (op.mode() == Resize.Mode.NEAREST) {
            nearest(data, result);
        } else {
            interpolate(data, result);
        }
        if (op.coordinateTransformationMode() == Resize.Coordinates.TF_CROP_AND_RESIZE) {
            extrapolate(result);
        }
        return result;
    }

    private double source(int axis, long position) {
        return axes[axis].source(position, op.coordinateTransformationMode());
    }

    private void nearest(Tensor data, Tensor result) {
        var strides = Nd.strides(data.dims());
        var index = new long[1];
        Nd.walk(
                result.dims(),
                at -> {
                    long from = 0;
                    for (int axis = 0; axis < axes.length; axis++) {
                        double nearest = op.nearestMode().round(source(axis, at[axis]));
                        from += axes[axis].clamp(nearest) * strides[axis];
                    }
                    result.copyElement(index[0]++, data, from);
                });
    }

    private void interpolate(Tensor data, Tensor result) {
        if (result.size() == 0) {
            return;
        }
        var values = data.toDoubles();
        for (int axis = 0; axis < axes.length; axis++) {
            if (!axes[axis].isIdentity()) {
                values = interpolate(values, axis);
            }
        }
        for (int i = 0; i < values.length; i++) {
            result.setDouble(i, inRange(values[i], result));
        }
    }

    /// Integers are clamped to their range; cubic interpolation overshoots.
    private static double inRange(double value, Tensor tensor) {
        var dtype = tensor.dtype();
        return dtype.isInteger() && dtype.bits() < 64
                ? Math.clamp(value, (double) dtype.minInteger(), (double) dtype.maxInteger())
                : value;
    }

    /// Resamples one axis; those before it are resampled already.
    private double[] interpolate(double[] values, int axis) {
        var resized = axes[axis];
        int inner = 1;
        for (int i = axis + 1; i < axes.length; i++) {
            inner = Math.multiplyExact(inner, Math.toIntExact(axes[i].input()));
        }
        int input = Math.toIntExact(resized.input());
        int output = Math.toIntExact(resized.output());
        int outer = values.length / Math.max(1, input * inner);
        Double cubicA = op.mode() == Resize.Mode.CUBIC ? Double.valueOf(op.cubicCoeffA()) : null;
        var result = new double[Math.toIntExact((long) outer * output * inner)];
        for (int o = 0; o < output; o++) {
            var taps = resized.taps(source(axis, o), cubicA, op.antialias(), op.excludeOutside());
            for (int i = 0; i < outer * inner; i++) {
                int block = i / inner;
                double sum = 0;
                for (int t = 0; t < taps.indices().length; t++) {
                    int from = (block * input + (int) taps.indices()[t]) * inner + i % inner;
                    sum += taps.weights()[t] * values[from];
                }
                result[(block * output + o) * inner + i % inner] = sum;
            }
        }
        return result;
    }

    private void extrapolate(Tensor result) {
        var index = new long[1];
        Nd.walk(
                result.dims(),
                at -> {
                    boolean outside = false;
                    for (int axis = 0; axis < axes.length; axis++) {
                        outside |= axes[axis].isOutside(source(axis, at[axis]));
                    }
                    if (outside) {
                        result.setDouble(index[0], op.extrapolationValue());
                    }
                    index[0]++;
                });
    }
}

package dev.tenon.graph.op.resample;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import org.jspecify.annotations.Nullable;

/// One axis of a [Resize]: where each output position lies in the input, and what it is made of.
///
/// @param input the input's extent
/// @param output the output's extent
/// @param scale the output's extent divided by the input's, before rounding
/// @param roiStart the region of interest, as fractions of the input
public record ResizeAxis(long input, long output, double scale, double roiStart, double roiEnd) {
    /// Whether the axis stays as it is.
    public boolean isIdentity() {
        return input == output && scale == 1 && roiStart == 0 && roiEnd == 1;
    }

    /// Where an output position lies in the input.
    public double source(long position, Resize.Coordinates mode) {
        double length = scale * input;
        return switch (mode) {
            case HALF_PIXEL -> (position + 0.5) / scale - 0.5;
            case HALF_PIXEL_SYMMETRIC -> {
                double offset = input / 2.0 * (1 - output / length);
                yield offset + (position + 0.5) / scale - 0.5;
            }
            case PYTORCH_HALF_PIXEL -> length == 1 ? -0.5 : (position + 0.5) / scale - 0.5;
            case ALIGN_CORNERS -> length == 1 ? 0 : position * (input - 1) / (length - 1);
            case ASYMMETRIC -> position / scale;
            case TF_CROP_AND_RESIZE -> {
                double region = (roiEnd - roiStart) * (input - 1);
                double inRegion = length == 1 ? region / 2 : position * region / (length - 1);
                yield roiStart * (input - 1) + inRegion;
            }
        };
    }

    /// Whether a place is outside of the input's first and last element.
    boolean isOutside(double source) {
        return source < 0 || source > input - 1;
    }

    /// The nearest position of the input.
    public long clamp(double index) {
        return Math.clamp((long) index, 0, input - 1);
    }

    /// The weighted elements around a place.
    ///
    /// @param cubicA the coefficient of cubic interpolation; null for linear interpolation
    /// @param antialias whether the filter is widened where the axis shrinks
    /// @param excludeOutside whether positions outside of the input have no weight; else they read
    ///   as the nearest element
    Taps taps(double source, @Nullable Double cubicA, boolean antialias, boolean excludeOutside) {
        double filterScale = antialias ? Math.min(scale, 1) : 1;
        // The filter is centred between `base` and the element after it.
        double base = Math.ceil(source) - 1;
        double widest = Math.ceil((cubicA == null ? 1 : 2) / filterScale);
        if (!(widest <= 4.0 * input + 64)) {
            throw new LimitException(Problem.of("a scale too small for antialiasing").got(scale));
        }
        int reach = (int) widest;
        var indices = new long[2 * reach];
        var weights = new double[2 * reach];
        for (int i = 0; i < indices.length; i++) {
            double index = base - reach + 1 + i;
            double distance = (index - source) * filterScale;
            boolean excluded = excludeOutside && (index < 0 || index >= input);
            indices[i] = clamp(index);
            weights[i] =
                    excluded
                            ? 0
                            : cubicA == null ? Taps.linear(distance) : Taps.cubic(distance, cubicA);
        }
        var taps = new Taps(indices, weights);
        return antialias || excludeOutside ? taps.normalized() : taps;
    }
}

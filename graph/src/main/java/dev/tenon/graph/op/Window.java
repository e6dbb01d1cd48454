package dev.tenon.graph.op;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import org.jspecify.annotations.Nullable;

/// A window that slides over the spatial axes of an input: the geometry that convolutions and
/// pooling share.
///
/// At output position `o` the tap `k` of an axis reads the input at `o · stride - padding before +
/// k · dilation`.
///
/// @param strides one an axis
/// @param dilations one an axis
/// @param pads before each axis, then after each axis; of no meaning unless `autoPad` is `NOTSET`
public record Window(AutoPad autoPad, Longs strides, Longs dilations, Longs pads) {
    /// A window with the defaults of ONNX filled in: strides and dilations 1, no padding.
    ///
    /// @param axes the number of spatial axes
    /// @throws GraphException when a list has a wrong size, or a stride or dilation is not positive
    public static Window of(
            int axes,
            AutoPad autoPad,
            @Nullable Longs strides,
            @Nullable Longs dilations,
            @Nullable Longs pads) {
        return new Window(
                autoPad,
                positive("strides", axes, strides),
                positive("dilations", axes, dilations),
                autoPad == AutoPad.NOTSET
                        ? filled("pads", 2 * axes, pads, 0)
                        : Longs.filled(2 * axes, 0));
    }

    private static Longs positive(String what, int count, @Nullable Longs list) {
        var result = filled(what, count, list, 1);
        if (result.stream().anyMatch(e -> e <= 0)) {
            throw new GraphException(Problem.of(what + " must be positive").got(result));
        }
        return result;
    }

    private static Longs filled(String what, int count, @Nullable Longs list, long otherwise) {
        if (list == null || list.isEmpty()) {
            return Longs.filled(count, otherwise);
        }
        if (list.size() != count) {
            throw new GraphException(
                    Problem.of(what + " do not fit the number of spatial axes")
                            .expected(count + " numbers")
                            .got(list));
        }
        return list;
    }

    /// The number of spatial axes.
    public int axes() {
        return strides.size();
    }

    /// From the first tap of an axis to its last, both included.
    public Dim span(int axis, Dim kernel) {
        return kernel.minus(1).times(dilations.get(axis)).plus(1);
    }

    /// The padding before an axis.
    public Dim before(int axis, Dim input, Dim kernel) {
        return switch (autoPad) {
            case NOTSET -> Dim.of(pads.get(axis));
            case VALID -> Dim.ZERO;
            case SAME_UPPER -> total(axis, input, kernel).floorDiv(2);
            case SAME_LOWER -> total(axis, input, kernel).ceilDiv(2);
        };
    }

    /// The padding after an axis.
    public Dim after(int axis, Dim input, Dim kernel) {
        return switch (autoPad) {
            case NOTSET -> Dim.of(pads.get(axes() + axis));
            case VALID -> Dim.ZERO;
            case SAME_UPPER -> total(axis, input, kernel).ceilDiv(2);
            case SAME_LOWER -> total(axis, input, kernel).floorDiv(2);
        };
    }

    private Dim total(int axis, Dim input, Dim kernel) {
        long stride = strides.get(axis);
        return input.ceilDiv(stride)
                .minus(1)
                .times(stride)
                .plus(span(axis, kernel))
                .minus(input)
                .max(Dim.ZERO);
    }

    /// How many positions the window takes along an axis.
    ///
    /// @param ceil whether a last window that is only partly inside counts (`ceil_mode`); it must
    ///   start inside of the input or of the padding before it
    /// @throws GraphException when the window is larger than the padded input
    public Dim output(int axis, Dim input, Dim kernel, boolean ceil) {
        long stride = strides.get(axis);
        if (autoPad.isSame()) {
            return input.ceilDiv(stride);
        }
        var started = input.plus(before(axis, input, kernel));
        var room = started.plus(after(axis, input, kernel)).minus(span(axis, kernel));
        if (room.known().orElse(0) < -stride) {
            throw new GraphException(
                    Problem.of("the window is larger than the padded input")
                            .expected("at most " + room.plus(span(axis, kernel)))
                            .got(span(axis, kernel)));
        }
        return ceil && autoPad == AutoPad.NOTSET
                ? room.ceilDiv(stride).plus(1).min(started.ceilDiv(stride))
                : room.floorDiv(stride).plus(1);
    }

    /// How many positions the window takes along an axis; the last one is inside entirely.
    public Dim output(int axis, Dim input, Dim kernel) {
        return output(axis, input, kernel, false);
    }

    /// The window over an input of known extents.
    ///
    /// @param input the extents of the spatial axes
    /// @param kernel the number of taps of each axis
    public WindowPositions over(long[] input, long[] kernel, boolean ceil) {
        return new WindowPositions(this, input, kernel, ceil);
    }

    public WindowPositions over(long[] input, long[] kernel) {
        return over(input, kernel, false);
    }
}

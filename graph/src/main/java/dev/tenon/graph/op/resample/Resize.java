package dev.tenon.graph.op.resample;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Resamples some axes to other extents (ONNX `Resize`).
///
/// Inputs: the data; the region of interest of [Coordinates#TF_CROP_AND_RESIZE], first the starts
/// and then the ends, as fractions of the axes; and either the scales or the sizes of the axes. An
/// empty input counts as one left out.
///
/// @param antialias whether the filter is widened where an axis shrinks
/// @param axes null for all
/// @param cubicCoeffA the coefficient of cubic interpolation
/// @param excludeOutside whether what lies outside of the input has no weight
/// @param extrapolationValue what is read outside of the input by [Coordinates#TF_CROP_AND_RESIZE]
public record Resize(
        boolean antialias,
        @Nullable Longs axes,
        Coordinates coordinateTransformationMode,
        float cubicCoeffA,
        boolean excludeOutside,
        float extrapolationValue,
        AspectRatio keepAspectRatioPolicy,
        Mode mode,
        Nearest nearestMode)
        implements Resample {

    /// How output coordinates become input coordinates.
    public enum Coordinates {
        HALF_PIXEL,
        HALF_PIXEL_SYMMETRIC,
        PYTORCH_HALF_PIXEL,
        ALIGN_CORNERS,
        ASYMMETRIC,
        TF_CROP_AND_RESIZE;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How the given sizes are understood.
    public enum AspectRatio {
        /// As they are.
        STRETCH,
        /// One scale for all axes, such that none becomes larger than its size.
        NOT_LARGER,
        /// One scale for all axes, such that none becomes smaller than its size.
        NOT_SMALLER;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How elements are interpolated.
    public enum Mode {
        NEAREST,
        LINEAR,
        CUBIC;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Which element is the nearest one.
    public enum Nearest {
        ROUND_PREFER_FLOOR,
        ROUND_PREFER_CEIL,
        FLOOR,
        CEIL;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The position that is read for a place between two.
        public double round(double x) {
            return switch (this) {
                case ROUND_PREFER_FLOOR -> Math.ceil(x - 0.5);
                case ROUND_PREFER_CEIL -> Math.floor(x + 0.5);
                case FLOOR -> Math.floor(x);
                case CEIL -> Math.ceil(x);
            };
        }
    }

    public static final OpDef<Resize> DEF =
            OpDef.of(Resize.class)
                    .inputs(1, 4)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(Resize::evaluate)
                    .flops((op, types) -> op.mode == Mode.NEAREST ? 0 : 2 * types.outputSize(0))
                    .onnx(
                            "Resize",
                            18,
                            a ->
                                    new Resize(
                                            a.flag("antialias", false),
                                            a.optionalIntegers("axes"),
                                            a.choice(
                                                    "coordinate_transformation_mode",
                                                    Coordinates.HALF_PIXEL),
                                            a.number("cubic_coeff_a", (float) Taps.CUBIC_A),
                                            a.flag("exclude_outside", false),
                                            a.number("extrapolation_value", 0),
                                            a.choice(
                                                    "keep_aspect_ratio_policy",
                                                    AspectRatio.STRETCH),
                                            a.choice("mode", Mode.NEAREST),
                                            a.choice("nearest_mode", Nearest.ROUND_PREFER_FLOOR)))
                    .build();

    @Override
    public OpDef<Resize> def() {
        return DEF;
    }

    private int[] axes(int rank) {
        var all = axes == null ? Longs.range(0, rank) : axes;
        return all.stream().mapToInt(a -> Nd.axis(a, rank)).toArray();
    }

    private Shape shape(InferContext in) {
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        var resized = axes(data.rank());
        if (in.has(3)) {
            in.requireLength(3, resized.length);
        }
        var scales = in.constant(2);
        if (scales != null && scales.size() > 0) {
            return replaced(
                    data, resized, i -> scaled(data.dim(resized[i]), scales.getDouble(i), in));
        }
        var sizes = in.content(3);
        if (sizes != null && keepAspectRatioPolicy == AspectRatio.STRETCH) {
            return replaced(data, resized, sizes::get);
        }
        var known = in.integers(3);
        return known != null && data.isKnown()
                ? Shape.of(outputs(resizedAxes(data.toLongs(), null, null, known.toArray())))
                : replaced(data, resized, i -> in.unknown());
    }

    private static Shape replaced(Shape data, int[] resized, IntFunction<Dim> dim) {
        var shape = data;
        for (int i = 0; i < resized.length; i++) {
            shape = shape.with(resized[i], dim.apply(i));
        }
        return shape;
    }

    private static Dim scaled(Dim dim, double scale, InferContext in) {
        if (dim instanceof Dim.Known(var extent)) {
            return Dim.of(scaled(extent, scale));
        }
        if (scale == Math.rint(scale)) {
            return dim.times((long) scale);
        }
        return 1 / scale == Math.rint(1 / scale) ? dim.floorDiv((long) (1 / scale)) : in.unknown();
    }

    /// The product is rounded to `f32`, as ONNX's own shape inference does.
    private static long scaled(long extent, double scale) {
        return (long) Math.floor((float) extent * (float) scale);
    }

    private static long[] outputs(ResizeAxis[] all) {
        return Arrays.stream(all).mapToLong(ResizeAxis::output).toArray();
    }

    /// Every axis of an input.
    private ResizeAxis[] resizedAxes(
            long[] dims, double @Nullable [] roi, double @Nullable [] scales, long[] sizes) {
        var all =
                Arrays.stream(dims)
                        .mapToObj(d -> new ResizeAxis(d, d, 1, 0, 1))
                        .toArray(ResizeAxis[]::new);
        int[] resized = axes(dims.length);
        int given = scales == null ? sizes.length : scales.length;
        if (given != resized.length) {
            throw new GraphException(
                    Problem.of("not one scale or size an axis")
                            .expected(resized.length + " of them")
                            .got(given));
        }
        double common = scales == null ? commonScale(dims, resized, sizes) : 1;
        for (int i = 0; i < resized.length; i++) {
            long input = dims[resized[i]];
            double start = roi == null ? 0 : roi[i];
            double end = roi == null ? 1 : roi[resized.length + i];
            double scale =
                    scales != null
                            ? scales[i]
                            : keepAspectRatioPolicy == AspectRatio.STRETCH
                                    ? (double) sizes[i] / input
                                    : common;
            long output =
                    scales != null
                            ? scaled(input, scale)
                            : keepAspectRatioPolicy == AspectRatio.STRETCH
                                    ? sizes[i]
                                    : (long) (scale * input + 0.5);
            all[resized[i]] = new ResizeAxis(input, output, scale, start, end);
        }
        return all;
    }

    private double commonScale(long[] dims, int[] resized, long[] sizes) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < resized.length; i++) {
            double scale = (double) sizes[i] / dims[resized[i]];
            least = Math.min(least, scale);
            most = Math.max(most, scale);
        }
        return keepAspectRatioPolicy == AspectRatio.NOT_LARGER ? least : most;
    }

    private static List<Tensor> evaluate(Resize op, EvalContext in) {
        var data = in.tensor(0);
        var axes =
                op.axes(
                        data.dims(),
                        in.optionalTensor(1),
                        in.optionalTensor(2),
                        in.optionalTensor(3));
        return List.of(new Resizer(op, axes).resize(data));
    }

    /// Every axis of an input.
    ///
    /// @throws GraphException when neither scales nor sizes are given, or not one an axis
    public ResizeAxis[] axes(
            long[] dims,
            @Nullable Tensor givenRoi,
            @Nullable Tensor givenScales,
            @Nullable Tensor givenSizes) {
        var roi = given(givenRoi);
        var scales = given(givenScales);
        var sizes = given(givenSizes);
        if (scales == null && sizes == null) {
            throw new GraphException(Problem.of("neither scales nor sizes are given"));
        }
        return resizedAxes(
                dims,
                roi == null ? null : roi.toDoubles(),
                scales == null ? null : scales.toDoubles(),
                sizes == null ? new long[0] : sizes.toLongs());
    }

    private static @Nullable Tensor given(@Nullable Tensor tensor) {
        return tensor == null || tensor.size() == 0 ? null : tensor;
    }
}

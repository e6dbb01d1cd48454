package dev.tenon.graph.op.resample;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Locale;

/// Samples regions of images to one size (ONNX `RoiAlign`; He et al. 2017, "Mask R-CNN").
///
/// Inputs: `[N, C, H, W]`; regions `[R, 4]` as `x, y, x, y` of two corners; and the image of each
/// region. Output: `[R, C, outputHeight, outputWidth]`.
///
/// @param samplingRatio samples a bin along each axis; 0 for as many as the bin has elements
/// @param spatialScale the image's scale relative to that of the regions' coordinates
public record RoiAlign(
        Coordinates coordinateTransformationMode,
        Mode mode,
        int outputHeight,
        int outputWidth,
        int samplingRatio,
        float spatialScale)
        implements Resample {
    /// What a region's coordinates count from.
    public enum Coordinates {
        /// The outer edges of elements.
        HALF_PIXEL,
        /// The centres of elements; regions are 1 wide and high at least.
        OUTPUT_HALF_PIXEL;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How the samples of a bin become one element.
    public enum Mode {
        AVG,
        /// The largest of the weighted elements that the samples are interpolated from.
        MAX;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final OpDef<RoiAlign> DEF =
            OpDef.of(RoiAlign.class)
                    .inputs(3)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(RoiAlign::evaluate)
                    .flops(
                            (op, types) ->
                                    8
                                            * types.outputSize(0)
                                            * Math.max(1, op.samplingRatio * op.samplingRatio))
                    .onnx(
                            "RoiAlign",
                            16,
                            a ->
                                    new RoiAlign(
                                            a.choice(
                                                    "coordinate_transformation_mode",
                                                    Coordinates.HALF_PIXEL),
                                            a.choice("mode", Mode.AVG),
                                            a.axis("output_height", 1),
                                            a.axis("output_width", 1),
                                            a.axis("sampling_ratio", 0),
                                            a.number("spatial_scale", 1)))
                    .build();

    @Override
    public OpDef<RoiAlign> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        in.requireRank(0, 4, 4);
        in.requireRank(1, 2, 2);
        in.requireRank(2, 1, 1);
        var rois = in.shape(1).isRanked() ? in.shape(1).dim(0) : in.unknown();
        var count = in.shape(2).isRanked() ? in.same(rois, in.shape(2).dim(0)) : rois;
        var channels = in.shape(0).isRanked() ? in.shape(0).dim(1) : in.unknown();
        return Shape.of(count, channels, Dim.of(outputHeight), Dim.of(outputWidth));
    }

    /// One axis of a region: its bins, and how many samples each of them has.
    private record Bins(double start, double size, int samples) {
        /// Where a sample lies.
        private double place(long bin, int sample) {
            return start + bin * size + (sample + 0.5) * size / samples;
        }
    }

    private Bins bins(Tensor rois, long corner, int count) {
        double offset = coordinateTransformationMode == Coordinates.HALF_PIXEL ? 0.5 : 0;
        double start = rois.getDouble(corner) * spatialScale - offset;
        double length = rois.getDouble(corner + 2) * spatialScale - offset - start;
        if (coordinateTransformationMode == Coordinates.OUTPUT_HALF_PIXEL) {
            length = Math.max(length, 1);
        }
        return new Bins(
                start,
                length / count,
                samplingRatio > 0 ? samplingRatio : (int) Math.ceil(length / count));
    }

    private static List<Tensor> evaluate(RoiAlign op, EvalContext in) {
        var x = in.tensor(0);
        var rois = in.tensor(1);
        long channels = x.dim(1);
        long plane = x.dim(2) * x.dim(3);
        var y = Tensor.zeros(x.dtype(), rois.dim(0), channels, op.outputHeight, op.outputWidth);
        long next = 0;
        for (long roi = 0; roi < rois.dim(0); roi++) {
            var columns = op.bins(rois, roi * 4, op.outputWidth);
            var rows = op.bins(rois, roi * 4 + 1, op.outputHeight);
            for (long channel = 0; channel < channels; channel++) {
                long image = (in.tensor(2).getLong(roi) * channels + channel) * plane;
                for (int row = 0; row < op.outputHeight; row++) {
                    for (int column = 0; column < op.outputWidth; column++) {
                        y.setDouble(next++, op.bin(x, image, rows, row, columns, column));
                    }
                }
            }
        }
        return List.of(y);
    }

    private double bin(Tensor x, long image, Bins rows, int row, Bins columns, int column) {
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < rows.samples; i++) {
            for (int j = 0; j < columns.samples; j++) {
                var vertical = taps(rows.place(row, i), x.dim(2));
                var horizontal = taps(columns.place(column, j), x.dim(3));
                for (int k = 0; k < 4; k++) {
                    double weight = vertical.weights()[k / 2] * horizontal.weights()[k % 2];
                    long at = vertical.indices()[k / 2] * x.dim(3) + horizontal.indices()[k % 2];
                    double value = weight == 0 ? 0 : weight * x.getDouble(image + at);
                    sum += value;
                    largest = Math.max(largest, value);
                }
            }
        }
        int samples = rows.samples * columns.samples;
        if (mode == Mode.AVG) {
            return sum / Math.max(samples, 1);
        }
        return samples == 0 ? 0 : largest;
    }

    /// The two elements around a place; none of them has weight where it is too far outside.
    private static Taps taps(double place, long extent) {
        double inside = Math.clamp(place, 0, (double) extent - 1);
        long low = (long) inside;
        boolean far = place < -1 || place > extent;
        return new Taps(
                new long[] {low, Math.min(low + 1, extent - 1)},
                far ? new double[2] : new double[] {1 - (inside - low), inside - low});
    }
}

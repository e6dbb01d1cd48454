package dev.tenon.graph.op.resample;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;

/// The largest element of each bin of regions (ONNX `MaxRoiPool`; Girshick 2015, "Fast R-CNN").
///
/// Inputs: `[N, C, H, W]`, and regions `[R, 5]` as image and `x, y, x, y` of two corners. Output:
/// `[R, C, pooled height, pooled width]`.
///
/// @param pooledShape height and width of the output
/// @param spatialScale the image's scale relative to that of the regions' coordinates
public record MaxRoiPool(Longs pooledShape, float spatialScale) implements Resample {
    public static final OpDef<MaxRoiPool> DEF =
            OpDef.of(MaxRoiPool.class)
                    .inputs(2)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 4, 4);
                                in.requireRank(1, 2, 2);
                                return List.of(
                                        Type.tensor(
                                                in.dtype(0),
                                                Shape.of(
                                                        in.shape(1).isRanked()
                                                                ? in.shape(1).dim(0)
                                                                : in.unknown(),
                                                        in.shape(0).isRanked()
                                                                ? in.shape(0).dim(1)
                                                                : in.unknown(),
                                                        Dim.of(op.pooledShape.get(0)),
                                                        Dim.of(op.pooledShape.get(1)))));
                            })
                    .reference(MaxRoiPool::evaluate)
                    .onnx(
                            "MaxRoiPool",
                            1,
                            a ->
                                    new MaxRoiPool(
                                            a.integers("pooled_shape"),
                                            a.number("spatial_scale", 1)))
                    .build();

    @Override
    public OpDef<MaxRoiPool> def() {
        return DEF;
    }

    /// The elements `start` to `end - 1` of an axis.
    private record Range(long start, long end) {}

    private Range range(Tensor rois, long corner, long bin, long bins, long extent) {
        long first = Math.round(rois.getDouble(corner) * spatialScale);
        long last = Math.round(rois.getDouble(corner + 2) * spatialScale);
        double size = (double) Math.max(last - first + 1, 1) / bins;
        return new Range(
                Math.clamp((long) Math.floor(bin * size) + first, 0, extent),
                Math.clamp((long) Math.ceil((bin + 1) * size) + first, 0, extent));
    }

    private static List<Tensor> evaluate(MaxRoiPool op, EvalContext in) {
        var x = in.tensor(0);
        var rois = in.tensor(1);
        long height = op.pooledShape.get(0);
        long width = op.pooledShape.get(1);
        var y = Tensor.zeros(x.dtype(), rois.dim(0), x.dim(1), height, width);
        for (long i = 0; i < y.size(); i++) {
            long roi = i / (x.dim(1) * height * width);
            long channel = i / (height * width) % x.dim(1);
            var rows = op.range(rois, roi * 5 + 2, i / width % height, height, x.dim(2));
            var columns = op.range(rois, roi * 5 + 1, i % width, width, x.dim(3));
            long image = rois.getLong(roi * 5) * x.dim(1) + channel;
            y.setDouble(i, largest(x, image * x.dim(2) * x.dim(3), rows, columns));
        }
        return List.of(y);
    }

    /// The largest element of a bin; 0 where it is empty.
    private static double largest(Tensor x, long image, Range rows, Range columns) {
        double largest = Double.NEGATIVE_INFINITY;
        for (long row = rows.start; row < rows.end; row++) {
            for (long column = columns.start; column < columns.end; column++) {
                largest = Math.max(largest, x.getDouble(image + row * x.dim(3) + column));
            }
        }
        return rows.end <= rows.start || columns.end <= columns.start ? 0 : largest;
    }
}

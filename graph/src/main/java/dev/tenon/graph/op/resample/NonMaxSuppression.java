package dev.tenon.graph.op.resample;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/// Picks the best boxes that overlap little (ONNX `NonMaxSuppression`).
///
/// Inputs: boxes `[batches, boxes, 4]`; scores `[batches, classes, boxes]`; and, all optional, how
/// many boxes a class to pick at most (else none), which overlap (intersection over union) is too
/// much if exceeded (else 0), and which score must be exceeded (else any will do). Output: a row of
/// batch, class and box for each box picked.
///
/// @param centerPointBox whether a box is `x, y` of its centre, width and height; else `y, x, y, x`
///   of two opposite corners
public record NonMaxSuppression(boolean centerPointBox) implements Resample {
    public static final OpDef<NonMaxSuppression> DEF =
            OpDef.of(NonMaxSuppression.class)
                    .inputs(2, 5)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 3, 3);
                                in.requireRank(1, 3, 3);
                                return List.of(
                                        Type.tensor(
                                                DType.INT64, Shape.of(in.unknown(), Dim.of(3))));
                            })
                    .reference(NonMaxSuppression::evaluate)
                    .noGradient("which boxes are picked does not change smoothly")
                    .onnx(
                            "NonMaxSuppression",
                            10,
                            a -> new NonMaxSuppression(a.flag("center_point_box", false)))
                    .build();

    @Override
    public OpDef<NonMaxSuppression> def() {
        return DEF;
    }

    /// A box between its least and its largest coordinates.
    private record Box(double left, double top, double right, double bottom) {
        private double area() {
            return (right - left) * (bottom - top);
        }

        /// Intersection over union; 0 where one of the boxes is empty.
        private double overlap(Box other) {
            double width = Math.min(right, other.right) - Math.max(left, other.left);
            double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
            if (width <= 0 || height <= 0 || area() <= 0 || other.area() <= 0) {
                return 0;
            }
            return width * height / (area() + other.area() - width * height);
        }
    }

    private Box box(Tensor boxes, long index) {
        double a = boxes.getDouble(index * 4);
        double b = boxes.getDouble(index * 4 + 1);
        double c = boxes.getDouble(index * 4 + 2);
        double d = boxes.getDouble(index * 4 + 3);
        return centerPointBox
                ? new Box(a - c / 2, b - d / 2, a + c / 2, b + d / 2)
                : new Box(Math.min(b, d), Math.min(a, c), Math.max(b, d), Math.max(a, c));
    }

    private static List<Tensor> evaluate(NonMaxSuppression op, EvalContext in) {
        var boxes = in.tensor(0);
        var scores = in.tensor(1);
        long most = in.has(2) ? in.tensor(2).getLong(0) : 0;
        double maxOverlap = in.has(3) ? in.tensor(3).getDouble(0) : 0;
        double minScore = in.has(4) ? in.tensor(4).getDouble(0) : Double.NEGATIVE_INFINITY;
        long count = boxes.dim(1);
        var rows = new ArrayList<long[]>();
        for (long i = 0; i < scores.dim(0) * scores.dim(1); i++) {
            long batch = i / scores.dim(1);
            long firstScore = i * count;
            var picked = new ArrayList<Box>();
            long[] best =
                    LongStream.range(0, count)
                            .filter(b -> !in.has(4) || scores.getDouble(firstScore + b) > minScore)
                            .boxed()
                            .sorted(
                                    Comparator.comparingDouble(
                                            b -> -scores.getDouble(firstScore + b)))
                            .mapToLong(b -> b)
                            .toArray();
            for (long candidate : best) {
                var box = op.box(boxes, batch * count + candidate);
                if (picked.size() < most
                        && picked.stream().noneMatch(p -> p.overlap(box) > maxOverlap)) {
                    picked.add(box);
                    rows.add(new long[] {batch, i % scores.dim(1), candidate});
                }
            }
        }
        return List.of(
                Tensor.of(rows.stream().flatMapToLong(LongStream::of).toArray(), rows.size(), 3));
    }
}

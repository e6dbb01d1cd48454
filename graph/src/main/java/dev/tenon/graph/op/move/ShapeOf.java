package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The extents of axes `start` to `end - 1` as a tensor (ONNX `Shape`).
///
/// The record is not named `Shape`, so that it stands beside [Shape] without qualification.
///
/// @param start the first axis; negative ones count from the end, what is out of range is clamped
/// @param end one past the last axis, counted and clamped alike; null for all the rest
public record ShapeOf(int start, @Nullable Integer end) implements Move {
    public static final OpDef<ShapeOf> DEF =
            OpDef.<ShapeOf>named("Shape")
                    .infer((op, in) -> List.of(Type.tensor(DType.INT64, op.length(in))))
                    .content(
                            (op, in) -> in.shape(0).isRanked() ? op.part(in.shape(0).dims()) : null)
                    .reference(
                            (op, in) -> {
                                var part = Shape.of(op.part(Shape.of(in.tensor(0).dims()).dims()));
                                return List.of(Tensor.of(part.toLongs(), part.rank()));
                            })
                    .noGradient("extents do not depend on the elements")
                    .flops((op, types) -> 0)
                    .onnx(
                            "Shape",
                            15,
                            a ->
                                    new ShapeOf(
                                            a.axis("start", 0),
                                            a.has("end")
                                                    ? Integer.valueOf(a.axis("end", 0))
                                                    : null))
                    .build();

    @Override
    public OpDef<ShapeOf> def() {
        return DEF;
    }

    private Shape length(InferContext in) {
        var shape = in.shape(0);
        return shape.isRanked() ? Shape.of(part(shape.dims()).size()) : in.unknownShape(1);
    }

    private List<Dim> part(List<Dim> dims) {
        int from = clamp(start, dims.size());
        int to = end == null ? dims.size() : clamp(end, dims.size());
        return dims.subList(from, Math.max(from, to));
    }

    private static int clamp(int axis, int rank) {
        return Math.clamp(axis < 0 ? (long) axis + rank : axis, 0, rank);
    }
}

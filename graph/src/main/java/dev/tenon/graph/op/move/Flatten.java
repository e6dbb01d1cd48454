package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// The elements as a matrix: the axes before `axis` become one, the others the other (ONNX
/// `Flatten`).
///
/// @param axis from `-rank` to `rank`
public record Flatten(int axis) implements Move {
    public static final OpDef<Flatten> DEF =
            OpDef.of(Flatten.class)
                    .infer(
                            (op, in) -> {
                                var shape = in.shape(0);
                                return List.of(
                                        Type.tensor(
                                                in.dtype(0),
                                                shape.isRanked()
                                                        ? op.flat(shape)
                                                        : in.unknownShape(2)));
                            })
                    .reference(
                            (op, in) -> {
                                var data = in.tensor(0);
                                return List.of(data.reshape(op.flat(data.shape()).toLongs()));
                            })
                    .flops((op, types) -> 0)
                    .onnx("Flatten", 11, a -> new Flatten(a.axis("axis", 1)))
                    .build();

    @Override
    public OpDef<Flatten> def() {
        return DEF;
    }

    private Shape flat(Shape shape) {
        int rank = shape.rank();
        if (axis < -rank || axis > rank) {
            throw new GraphException(
                    Problem.of("axis out of range").expected("-" + rank + " to " + rank).got(axis));
        }
        int split = axis < 0 ? axis + rank : axis;
        var dims = shape.dims();
        Dim rows = Shape.of(dims.subList(0, split)).size();
        Dim columns = Shape.of(dims.subList(split, rank)).size();
        return Shape.of(rows, columns);
    }
}

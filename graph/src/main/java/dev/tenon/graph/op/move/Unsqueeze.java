package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;

/// Adds axes of extent 1 (ONNX `Unsqueeze`).
///
/// Inputs: the data, and the axes as they are counted in the output.
public record Unsqueeze() implements Move {
    public static final OpDef<Unsqueeze> DEF =
            OpDef.of(Unsqueeze.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .content((op, in) -> in.content(0))
                    .reference(
                            (op, in) -> {
                                var data = in.tensor(0);
                                var shape =
                                        unsqueeze(data.shape(), Longs.of(in.tensor(1).toLongs()));
                                return List.of(data.reshape(shape.toLongs()));
                            })
                    .flops((op, types) -> 0)
                    .onnx("Unsqueeze", 13, a -> new Unsqueeze())
                    .build();

    @Override
    public OpDef<Unsqueeze> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        var axes = in.integers(1);
        if (axes != null) {
            return unsqueeze(data, axes);
        }
        return in.shape(1).isRanked() && in.shape(1).size() instanceof Dim.Known(var count)
                ? in.unknownShape((int) (data.rank() + count))
                : Shape.unranked();
    }

    private static Shape unsqueeze(Shape data, Longs axes) {
        int rank = data.rank() + axes.size();
        var added = new boolean[rank];
        axes.stream().forEach(a -> added[Nd.axis(a, rank)] = true);
        var dims = new ArrayList<Dim>(rank);
        int next = 0;
        for (int i = 0; i < rank; i++) {
            if (!added[i] && next == data.rank()) {
                throw new GraphException(Problem.of("an axis is added twice").got(axes));
            }
            dims.add(added[i] ? Dim.ONE : data.dim(next++));
        }
        return Shape.of(dims);
    }
}

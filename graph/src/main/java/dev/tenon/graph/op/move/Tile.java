package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;

/// The whole tensor repeated along its axes (ONNX `Tile`).
///
/// Inputs: the data, and how often to repeat it along each axis.
public record Tile() implements Move {
    public static final OpDef<Tile> DEF =
            OpDef.of(Tile.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .reference(Tile::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Tile", 6, a -> new Tile())
                    .build();

    @Override
    public OpDef<Tile> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var data = in.shape(0);
        var repeats = in.content(1);
        if (!data.isRanked()) {
            return data;
        }
        in.requireLength(1, data.rank());
        if (repeats == null) {
            return in.unknownShape(data.rank());
        }
        var dims = new ArrayList<Dim>();
        for (int i = 0; i < data.rank(); i++) {
            dims.add(data.dim(i).times(repeats.get(i)));
        }
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(Tile op, EvalContext in) {
        var data = in.tensor(0);
        long[] repeats = in.tensor(1).toLongs();
        int rank = data.rank();
        var strides = Nd.strides(data.dims());
        // Each axis as two: which copy, and where in it.
        var split = new long[2 * rank];
        var splitStrides = new long[2 * rank];
        var dims = new long[rank];
        for (int i = 0; i < rank; i++) {
            split[2 * i] = repeats[i];
            split[2 * i + 1] = data.dim(i);
            splitStrides[2 * i + 1] = strides[i];
            dims[i] = repeats[i] * data.dim(i);
        }
        return List.of(Strided.read(data, 0, splitStrides, split).reshape(dims));
    }
}

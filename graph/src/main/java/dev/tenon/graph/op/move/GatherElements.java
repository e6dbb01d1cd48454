package dev.tenon.graph.op.move;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Elements picked one by one: the indices replace the coordinate of one axis (ONNX
/// `GatherElements`).
///
/// Inputs: the data, and indices of the same rank, which give the shape of the output.
public record GatherElements(int axis) implements Move {
    public static final OpDef<GatherElements> DEF =
            OpDef.of(GatherElements.class)
                    .inputs(2)
                    .infer(
                            (op, in) -> {
                                if (in.shape(0).isRanked()) {
                                    in.axis(op.axis, in.shape(0).rank());
                                    in.requireRank(1, in.shape(0).rank(), in.shape(0).rank());
                                }
                                return List.of(Type.tensor(in.dtype(0), in.shape(1)));
                            })
                    .reference(GatherElements::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("GatherElements", 11, a -> new GatherElements(a.axis("axis", 0)))
                    .build();

    @Override
    public OpDef<GatherElements> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(GatherElements op, EvalContext in) {
        var data = in.tensor(0);
        var indices = in.tensor(1);
        int axis = Nd.axis(op.axis, data.rank());
        Indices.checkWithin(data, indices, axis);
        var strides = Nd.strides(data.dims());
        long along = strides[axis];
        strides[axis] = 0;
        var result = Tensor.zeros(data.dtype(), indices.dims());
        Nd.walk(
                indices.dims(),
                new long[][] {strides},
                (i, offsets) -> {
                    long from = offsets[0] + Indices.get(indices, i, data.dim(axis)) * along;
                    result.copyElement(i, data, from);
                });
        return List.of(result);
    }
}

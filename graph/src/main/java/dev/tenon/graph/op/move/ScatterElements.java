package dev.tenon.graph.op.move;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// A copy with elements put in one by one: the indices replace the coordinate of one axis (ONNX
/// `ScatterElements`).
///
/// Inputs: the data, indices of the same rank, and updates of the indices' shape.
public record ScatterElements(int axis, ScatterReduction reduction) implements Move {
    public static final OpDef<ScatterElements> DEF =
            OpDef.of(ScatterElements.class)
                    .inputs(3)
                    .infer(
                            (op, in) -> {
                                in.requireSameDtype(0, 2);
                                if (in.shape(0).isRanked()) {
                                    in.axis(op.axis, in.shape(0).rank());
                                    in.requireRank(1, in.shape(0).rank(), in.shape(0).rank());
                                }
                                return List.of(in.tensor(0));
                            })
                    .reference(ScatterElements::evaluate)
                    .flops(
                            (op, types) ->
                                    op.reduction == ScatterReduction.NONE ? 0 : types.inputSize(2))
                    .onnx(
                            "ScatterElements",
                            18,
                            a ->
                                    new ScatterElements(
                                            a.axis("axis", 0),
                                            a.choice("reduction", ScatterReduction.NONE)))
                    .build();

    @Override
    public OpDef<ScatterElements> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(ScatterElements op, EvalContext in) {
        var result = in.tensor(0).copy();
        var indices = in.tensor(1);
        var updates = in.tensor(2);
        int axis = Nd.axis(op.axis, result.rank());
        Indices.checkWithin(result, indices, axis);
        if (!updates.shape().equals(indices.shape())) {
            throw new InputException(
                    Problem.of("not one update an index")
                            .expected(indices.shape())
                            .got(updates.shape()));
        }
        var strides = Nd.strides(result.dims());
        long along = strides[axis];
        strides[axis] = 0;
        Nd.walk(
                indices.dims(),
                new long[][] {strides},
                (i, offsets) -> {
                    long at = offsets[0] + Indices.get(indices, i, result.dim(axis)) * along;
                    op.reduction.apply(result, at, updates, i);
                });
        return List.of(result);
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// A copy with slices put in at index tuples (ONNX `ScatterND`).
///
/// Inputs: the data, indices whose last axis holds the tuples, and a slice for each tuple.
public record ScatterND(ScatterReduction reduction) implements Move {
    public static final OpDef<ScatterND> DEF =
            OpDef.of(ScatterND.class)
                    .inputs(3)
                    .infer(
                            (op, in) -> {
                                in.requireSameDtype(0, 2);
                                return List.of(in.tensor(0));
                            })
                    .reference(ScatterND::evaluate)
                    .flops(
                            (op, types) ->
                                    op.reduction == ScatterReduction.NONE ? 0 : types.inputSize(2))
                    .onnx(
                            "ScatterND",
                            18,
                            a -> new ScatterND(a.choice("reduction", ScatterReduction.NONE)))
                    .build();

    @Override
    public OpDef<ScatterND> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(ScatterND op, EvalContext in) {
        var result = in.tensor(0).copy();
        var indices = in.tensor(1);
        var updates = in.tensor(2);
        int tuple = Math.toIntExact(indices.dim(-1));
        var dims = result.dims();
        var strides = Nd.strides(dims);
        long slice = Nd.size(dims, tuple, dims.length);
        long tuples = Nd.size(indices.dims(), 0, indices.rank() - 1);
        if (updates.size() != tuples * slice) {
            throw new InputException(
                    Problem.of("not one slice an index tuple")
                            .expected(tuples + " slices of " + slice + " elements")
                            .got(updates.shape()));
        }
        for (long i = 0; i < tuples; i++) {
            long at = 0;
            for (int j = 0; j < tuple; j++) {
                at += Indices.get(indices, i * tuple + j, dims[j]) * strides[j];
            }
            for (long j = 0; j < slice; j++) {
                op.reduction.apply(result, at + j, updates, i * slice + j);
            }
        }
        return List.of(result);
    }
}

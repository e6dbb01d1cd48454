package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;

/// Slices picked by index tuples (ONNX `GatherND`).
///
/// Inputs: the data, and indices whose last axis holds the tuples.
///
/// @param batchDims how many leading axes data and indices have in common
public record GatherND(int batchDims) implements Move {
    public static final OpDef<GatherND> DEF =
            OpDef.of(GatherND.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(GatherND::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("GatherND", 12, a -> new GatherND(a.axis("batch_dims", 0)))
                    .build();

    @Override
    public OpDef<GatherND> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        var data = in.shape(0);
        var indices = in.shape(1);
        if (!data.isRanked()
                || !indices.isRanked()
                || !(indices.dim(-1) instanceof Dim.Known(var tuple))) {
            return Shape.unranked();
        }
        if (batchDims + tuple > data.rank()) {
            throw in.error(
                    Problem.of("the index tuples are longer than the data's rank")
                            .expected("at most " + (data.rank() - batchDims))
                            .got(tuple));
        }
        return result(data, indices, (int) tuple);
    }

    private Shape result(Shape data, Shape indices, int tuple) {
        var dims = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
        dims.addAll(data.dims().subList(batchDims + tuple, data.rank()));
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(GatherND op, EvalContext in) {
        var data = in.tensor(0);
        var indices = in.tensor(1);
        int tuple = Math.toIntExact(indices.dim(-1));
        var dims = data.dims();
        var strides = Nd.strides(dims);
        int first = op.batchDims;
        long batch = Nd.size(dims, first, data.rank());
        long slice = Nd.size(dims, first + tuple, data.rank());
        long tuples = Nd.size(indices.dims(), 0, indices.rank() - 1);
        long perBatch = Nd.size(indices.dims(), first, indices.rank() - 1);
        var result =
                Tensor.zeros(
                        data.dtype(), op.result(data.shape(), indices.shape(), tuple).toLongs());
        for (long i = 0; i < tuples; i++) {
            long from = i / perBatch * batch;
            for (int j = 0; j < tuple; j++) {
                from += Indices.get(indices, i * tuple + j, dims[first + j]) * strides[first + j];
            }
            Strided.copy(data, from, result, i * slice, slice);
        }
        return List.of(result);
    }
}

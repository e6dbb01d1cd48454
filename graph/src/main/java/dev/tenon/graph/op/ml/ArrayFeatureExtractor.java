package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Objects;

/// Elements of the last axis, picked by position (ONNX `ArrayFeatureExtractor`).
///
/// Inputs: the data, and positions as `int64`. Output: the data with as many elements along the
/// last axis as there are positions; of a vector, a matrix of one row.
public record ArrayFeatureExtractor() implements Ml {
    public static final OpDef<ArrayFeatureExtractor> DEF =
            OpDef.of(ArrayFeatureExtractor.class)
                    .inputs(2)
                    .infer((_, in) -> List.of(Type.tensor(in.dtype(0), infer(in))))
                    .reference((_, in) -> List.of(evaluate(in)))
                    .flops((_, _) -> 0)
                    .onnx(DOMAIN, "ArrayFeatureExtractor", 1, _ -> new ArrayFeatureExtractor())
                    .build();

    @Override
    public OpDef<ArrayFeatureExtractor> def() {
        return DEF;
    }

    private static Shape infer(InferContext in) {
        in.requireDtype(1, DType.INT64);
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        in.requireRank(0, 1, Integer.MAX_VALUE);
        var picked = in.shape(1).isRanked() ? in.shape(1).size() : in.unknown();
        return data.rank() == 1 ? Shape.of(Dim.ONE, picked) : data.with(-1, picked);
    }

    private static Tensor evaluate(EvalContext in) {
        var data = in.tensor(0);
        var positions = in.tensor(1).toLongs();
        var dims = data.rank() == 1 ? new long[] {1, 0} : data.dims();
        dims[dims.length - 1] = positions.length;
        var result = Tensor.zeros(data.dtype(), dims);
        long length = data.dim(-1);
        for (long i = 0; i < result.size(); i++) {
            long position = Objects.checkIndex(positions[(int) (i % positions.length)], length);
            result.copyElement(i, data, i / positions.length * length + position);
        }
        return result;
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.move.Concat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The features of several lists of samples side by side, as `float32` (ONNX `FeatureVectorizer`).
///
/// Inputs: matrices `[N, C]`; a vector is one row.
///
/// @param inputdimensions how many features are taken of each input; null for all
public record FeatureVectorizer(@Nullable Longs inputdimensions) implements Ml {
    public static final OpDef<FeatureVectorizer> DEF =
            OpDef.of(FeatureVectorizer.class)
                    .inputs(1, OpDef.MANY)
                    .infer((op, in) -> List.of(Type.tensor(DType.FLOAT32, op.infer(in))))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((_, _) -> 0)
                    .onnx(
                            DOMAIN,
                            "FeatureVectorizer",
                            1,
                            a -> new FeatureVectorizer(a.optionalIntegers("inputdimensions")))
                    .build();

    @Override
    public OpDef<FeatureVectorizer> def() {
        return DEF;
    }

    private Shape infer(InferContext in) {
        var width = Dim.ZERO;
        for (int i = 0; i < in.inputs(); i++) {
            in.requireRank(i, 1, 2);
            var known =
                    inputdimensions != null
                            ? Dim.of(inputdimensions.get(i))
                            : in.shape(i).isRanked() ? in.shape(i).dim(-1) : in.unknown();
            width = width.plus(known);
        }
        return Shape.of(Samples.count(in), width);
    }

    private Tensor evaluate(EvalContext in) {
        var parts = new ArrayList<Tensor>();
        for (int i = 0; i < in.inputs(); i++) {
            var samples = new Samples(in.tensor(i));
            int width = inputdimensions == null ? samples.width() : inputdimensions.getInt(i);
            parts.add(samples.map(DType.FLOAT32, width, sample -> sample));
        }
        return Concat.concat(1, parts);
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A 1 at the place of each element's category, along a new last axis (ONNX `OneHotEncoder`).
///
/// @param zeros whether an element of no category gives zeros, rather than an error
public record OneHotEncoder(
        @Nullable Longs catsInt64s, @Nullable List<String> catsStrings, boolean zeros)
        implements Ml {
    public static final OpDef<OneHotEncoder> DEF =
            OpDef.of(OneHotEncoder.class)
                    .infer((op, in) -> List.of(Type.tensor(DType.FLOAT32, op.infer(in))))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("categories have none")
                    .onnx(
                            DOMAIN,
                            "OneHotEncoder",
                            1,
                            a ->
                                    new OneHotEncoder(
                                            a.has("cats_int64s") ? a.integers("cats_int64s") : null,
                                            a.optionalTexts("cats_strings"),
                                            a.flag("zeros", true)))
                    .build();

    @Override
    public OpDef<OneHotEncoder> def() {
        return DEF;
    }

    private Labels categories() {
        return new Labels(catsInt64s, catsStrings);
    }

    private Shape infer(InferContext in) {
        if (!in.shape(0).isRanked()) {
            return in.shape(0);
        }
        var dims = new ArrayList<>(in.shape(0).dims());
        dims.add(Dim.of(categories().size()));
        return Shape.of(dims);
    }

    private Tensor evaluate(Tensor data) {
        var categories = categories();
        var places = categories.places();
        var result =
                Tensor.zeros(DType.FLOAT32, Nd.with(data.dims(), data.rank(), categories.size()));
        for (long i = 0; i < data.size(); i++) {
            var element =
                    data.dtype() == DType.STRING ? data.getString(i) : (Object) data.getLong(i);
            var place = places.get(element);
            if (place != null) {
                result.setDouble(i * categories.size() + place, 1);
            } else if (!zeros) {
                throw new InputException(Problem.of("an element is of no category").got(element));
            }
        }
        return result;
    }
}

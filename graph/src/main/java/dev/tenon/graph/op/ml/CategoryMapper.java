package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// Maps strings to integers and integers to strings (ONNX `CategoryMapper`).
///
/// @param catsInt64s the integers, each for the string at the same place
/// @param defaultInt64 for strings that are not there
/// @param defaultString for integers that are not there
public record CategoryMapper(
        Longs catsInt64s, List<String> catsStrings, long defaultInt64, String defaultString)
        implements Ml {
    public static final OpDef<CategoryMapper> DEF =
            OpDef.of(CategoryMapper.class)
                    .infer(
                            (_, in) -> {
                                in.requireDtype(0, DType.STRING, DType.INT64);
                                var dtype =
                                        in.dtype(0) == DType.STRING ? DType.INT64 : DType.STRING;
                                return List.of(Type.tensor(dtype, in.shape(0)));
                            })
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("a table has none")
                    .onnx(
                            DOMAIN,
                            "CategoryMapper",
                            1,
                            a ->
                                    new CategoryMapper(
                                            a.integers("cats_int64s"),
                                            a.texts("cats_strings"),
                                            a.integer("default_int64", -1),
                                            a.text("default_string", "_Unused")))
                    .build();

    public CategoryMapper {
        if (catsInt64s.size() != catsStrings.size()) {
            throw new GraphException(
                    Problem.of("integers and strings are not pairs")
                            .expected(catsInt64s.size() + " strings")
                            .got(catsStrings.size()));
        }
        catsStrings = List.copyOf(catsStrings);
    }

    @Override
    public OpDef<CategoryMapper> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        boolean fromStrings = data.dtype() == DType.STRING;
        var result = Tensor.zeros(fromStrings ? DType.INT64 : DType.STRING, data.dims());
        var places =
                new Labels(fromStrings ? null : catsInt64s, fromStrings ? catsStrings : null)
                        .places();
        for (long i = 0; i < data.size(); i++) {
            if (fromStrings) {
                var place = places.get(data.getString(i));
                result.setLong(i, place == null ? defaultInt64 : catsInt64s.get(place));
            } else {
                var place = places.get(data.getLong(i));
                result.setString(i, place == null ? defaultString : catsStrings.get(place));
            }
        }
        return result;
    }
}

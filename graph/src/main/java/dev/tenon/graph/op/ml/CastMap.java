package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The values of a map from integers, ordered by key (ONNX `CastMap`), as a matrix of one row.
///
/// @param maxMap how many elements the [Form#SPARSE] form has
public record CastMap(Target castTo, Form mapForm, int maxMap) implements Ml {
    /// What the values become.
    public enum Target {
        TO_FLOAT(DType.FLOAT32),
        TO_STRING(DType.STRING),
        TO_INT64(DType.INT64);

        private final DType dtype;

        Target(DType dtype) {
            this.dtype = dtype;
        }
    }

    /// Where the values go.
    public enum Form {
        /// One after the other.
        DENSE,
        /// To the place that the key says; elsewhere, zero or an empty text.
        SPARSE
    }

    public static final OpDef<CastMap> DEF =
            OpDef.of(CastMap.class)
                    .infer((op, in) -> List.of(op.infer(in)))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("maps have none")
                    .flops((_, _) -> 0)
                    .onnx(
                            DOMAIN,
                            "CastMap",
                            1,
                            a ->
                                    new CastMap(
                                            a.choice("cast_to", Target.TO_FLOAT),
                                            a.choice("map_form", Form.DENSE),
                                            Math.toIntExact(a.integer("max_map", 1))))
                    .build();

    @Override
    public OpDef<CastMap> def() {
        return DEF;
    }

    private Type infer(InferContext in) {
        if (!(in.type(0) instanceof Type.OfMap(var key, _)) || key != DType.INT64) {
            throw in.error(
                    Problem.of("not a map from integers").expected("map(i64, …)").got(in.type(0)));
        }
        return Type.tensor(
                castTo.dtype,
                Shape.of(Dim.ONE, mapForm == Form.SPARSE ? Dim.of(maxMap) : in.unknown()));
    }

    private Tensor evaluate(EvalContext in) {
        if (!(in.datum(0) instanceof Datum.OfMap map)) {
            throw new InputException(Problem.of("not a map").got(in.datum(0).type()));
        }
        var sorted = new TreeMap<Long, Tensor>();
        map.entries().forEach((key, value) -> sorted.put((Long) key, (Tensor) value));
        var result = Tensor.zeros(castTo.dtype, 1, mapForm == Form.SPARSE ? maxMap : sorted.size());
        long next = 0;
        for (Map.Entry<Long, Tensor> entry : sorted.entrySet()) {
            long at = mapForm == Form.SPARSE ? entry.getKey() : next++;
            if (at < 0 || at >= result.size()) {
                throw new InputException(
                        Problem.of("a key lies outside of the sparse form")
                                .expected("0 to " + (maxMap - 1))
                                .got(at));
            }
            put(result, at, entry.getValue());
        }
        return result;
    }

    private static void put(Tensor result, long at, Tensor value) {
        if (result.dtype() == DType.STRING) {
            result.setString(
                    at, value.dtype() == DType.STRING ? value.getString(0) : value.element(0));
        } else if (value.dtype() == DType.STRING) {
            result.setDouble(at, Double.parseDouble(value.getString(0).strip()));
        } else {
            result.setDouble(at, value.getDouble(0));
        }
    }
}

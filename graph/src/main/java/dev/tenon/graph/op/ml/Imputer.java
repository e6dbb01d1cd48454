package dev.tenon.graph.op.ml;

import dev.tenon.base.Floats;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.RecordAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Replaces the elements that stand for a missing value (ONNX `Imputer`).
///
/// @param imputedValueFloats what floats become: one number, or one for each element of the last
///   axis
/// @param imputedValueInt64s the same for integers
/// @param replacedValueFloat the float that stands for a missing value; NaN too
/// @param replacedValueInt64 the same for integers
public record Imputer(
        @Nullable Floats imputedValueFloats,
        @Nullable Longs imputedValueInt64s,
        float replacedValueFloat,
        long replacedValueInt64)
        implements Ml {
    public static final OpDef<Imputer> DEF =
            OpDef.of(Imputer.class)
                    .infer((_, in) -> List.of(in.tensor(0)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("a missing value has none")
                    .onnx(
                            DOMAIN,
                            "Imputer",
                            1,
                            a -> RecordAttributes.read(Imputer.DEF, a, List.of()))
                    .build();

    @Override
    public OpDef<Imputer> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        var result = data.copy();
        for (long i = 0; i < data.size(); i++) {
            if (imputedValueFloats != null && isMissing(data.getDouble(i))) {
                result.setDouble(i, Scaler.feature(imputedValueFloats, data, i));
            } else if (imputedValueInt64s != null && data.getLong(i) == replacedValueInt64) {
                int feature = imputedValueInt64s.size() == 1 ? 0 : (int) (i % data.dim(-1));
                result.setLong(i, imputedValueInt64s.get(feature));
            }
        }
        return result;
    }

    private boolean isMissing(double value) {
        return value == replacedValueFloat
                || Double.isNaN(value) && Float.isNaN(replacedValueFloat);
    }
}

package dev.tenon.graph.op.ml;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// `(x - offset) · scale` as `float32` (ONNX `Scaler`).
///
/// @param offset one number, or one for each feature, that is, each element of the last axis
/// @param scale as `offset`
public record Scaler(Floats offset, Floats scale) implements Ml {
    public static final OpDef<Scaler> DEF =
            OpDef.of(Scaler.class)
                    .infer((_, in) -> List.of(Type.tensor(DType.FLOAT32, in.shape(0))))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .flops((_, types) -> 2 * types.inputSize(0))
                    .onnx(
                            DOMAIN,
                            "Scaler",
                            1,
                            a ->
                                    new Scaler(
                                            a.numbers("offset", Floats.of(0)),
                                            a.numbers("scale", Floats.of(1))))
                    .build();

    @Override
    public OpDef<Scaler> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        var result = Tensor.zeros(DType.FLOAT32, data.dims());
        for (long i = 0; i < data.size(); i++) {
            result.setDouble(
                    i, (data.getDouble(i) - feature(offset, data, i)) * feature(scale, data, i));
        }
        return result;
    }

    /// The number that counts for the feature at an offset.
    static float feature(Floats numbers, Tensor data, long at) {
        return numbers.get(numbers.size() == 1 ? 0 : (int) (at % data.dim(-1)));
    }
}

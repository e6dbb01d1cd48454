package dev.tenon.graph.op.ml;

import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import java.util.List;

/// 1 where an element is above a threshold, 0 elsewhere (ONNX `Binarizer`).
public record Binarizer(float threshold) implements Ml {
    public static final OpDef<Binarizer> DEF =
            OpDef.of(Binarizer.class)
                    .infer((_, in) -> List.of(in.tensor(0)))
                    .reference((op, in) -> List.of(op.evaluate(in.tensor(0))))
                    .noGradient("a step has none")
                    .onnx(DOMAIN, "Binarizer", 1, a -> new Binarizer(a.number("threshold", 0)))
                    .build();

    @Override
    public OpDef<Binarizer> def() {
        return DEF;
    }

    private Tensor evaluate(Tensor data) {
        var result = Tensor.zeros(data.dtype(), data.dims());
        for (long i = 0; i < data.size(); i++) {
            result.setDouble(i, data.getDouble(i) > threshold ? 1 : 0);
        }
        return result;
    }
}

package dev.tenon.graph.op.generate;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A matrix of the input's shape with ones on a diagonal and zeros elsewhere (ONNX `EyeLike`).
///
/// @param dtype null for the input's
/// @param k the diagonal, counted to the right from the main one
public record EyeLike(@Nullable DType dtype, long k) implements Generate {
    public static final OpDef<EyeLike> DEF =
            OpDef.of(EyeLike.class)
                    .infer(EyeLike::infer)
                    .reference(EyeLike::evaluate)
                    .noGradient("only the shape of the input matters")
                    .flops((op, types) -> 0)
                    .onnx(
                            "EyeLike",
                            9,
                            a -> new EyeLike(a.optionalDtype("dtype"), a.integer("k", 0)))
                    .build();

    @Override
    public OpDef<EyeLike> def() {
        return DEF;
    }

    private DType result(DType input) {
        return dtype == null ? input : dtype;
    }

    private static List<Type> infer(EyeLike op, InferContext in) {
        in.requireRank(0, 2, 2);
        return List.of(Type.tensor(op.result(in.dtype(0)), in.shape(0)));
    }

    private static List<Tensor> evaluate(EyeLike op, EvalContext in) {
        var like = in.tensor(0);
        var result = Tensor.zeros(op.result(like.dtype()), like.dims());
        for (long row = Math.max(0, -op.k); row < like.dim(0) && row + op.k < like.dim(1); row++) {
            result.setLong(row * like.dim(1) + row + op.k, 1);
        }
        return List.of(result);
    }
}

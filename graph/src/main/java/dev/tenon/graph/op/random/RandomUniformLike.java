package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers uniformly distributed, in the shape of the input (ONNX `RandomUniformLike`).
///
/// @param low the least number
/// @param high above the greatest number
/// @param seed null or NaN for other numbers at every run
/// @param dtype null for the input's
public record RandomUniformLike(float low, float high, @Nullable Float seed, @Nullable DType dtype)
        implements Random {
    public static final OpDef<RandomUniformLike> DEF =
            OpDef.of(RandomUniformLike.class)
                    .infer((op, in) -> List.of(Type.tensor(op.result(in.dtype(0)), in.shape(0))))
                    .reference(RandomUniformLike::evaluate)
                    .noGradient("only the shape of the input matters")
                    .onnx(
                            "RandomUniformLike",
                            1,
                            a ->
                                    new RandomUniformLike(
                                            a.number("low", 0),
                                            a.number("high", 1),
                                            a.optionalNumber("seed"),
                                            a.optionalDtype("dtype")))
                    .build();

    @Override
    public OpDef<RandomUniformLike> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private DType result(DType input) {
        return dtype == null ? input : dtype;
    }

    private static List<Tensor> evaluate(RandomUniformLike op, EvalContext in) {
        return Draws.fill(
                op.result(in.tensor(0).dtype()),
                in.tensor(0).dims(),
                Draws.generator(op.seed, in),
                random -> op.low + ((double) op.high - op.low) * random.nextDouble());
    }
}

package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers normally distributed, in the shape of the input (ONNX `RandomNormalLike`).
///
/// @param mean of the distribution
/// @param scale the standard deviation
/// @param seed null or NaN for other numbers at every run
/// @param dtype null for the input's
public record RandomNormalLike(float mean, float scale, @Nullable Float seed, @Nullable DType dtype)
        implements Random {
    public static final OpDef<RandomNormalLike> DEF =
            OpDef.of(RandomNormalLike.class)
                    .infer((op, in) -> List.of(Type.tensor(op.result(in.dtype(0)), in.shape(0))))
                    .reference(RandomNormalLike::evaluate)
                    .noGradient("only the shape of the input matters")
                    .onnx(
                            "RandomNormalLike",
                            1,
                            a ->
                                    new RandomNormalLike(
                                            a.number("mean", 0),
                                            a.number("scale", 1),
                                            a.optionalNumber("seed"),
                                            a.optionalDtype("dtype")))
                    .build();

    @Override
    public OpDef<RandomNormalLike> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private DType result(DType input) {
        return dtype == null ? input : dtype;
    }

    private static List<Tensor> evaluate(RandomNormalLike op, EvalContext in) {
        return Draws.fill(
                op.result(in.tensor(0).dtype()),
                in.tensor(0).dims(),
                Draws.generator(op.seed, in),
                random -> op.mean + op.scale * random.nextGaussian());
    }
}

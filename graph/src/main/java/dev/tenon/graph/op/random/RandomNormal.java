package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers normally distributed (ONNX `RandomNormal`).
///
/// @param mean of the distribution
/// @param scale the standard deviation
/// @param seed null or NaN for other numbers at every run
public record RandomNormal(float mean, float scale, @Nullable Float seed, DType dtype, Longs shape)
        implements Random {
    public static final OpDef<RandomNormal> DEF =
            OpDef.of(RandomNormal.class)
                    .inputs(0)
                    .infer((op, in) -> List.of(Type.tensor(op.dtype, op.shape.toArray())))
                    .reference(RandomNormal::evaluate)
                    .noGradient("there are no inputs")
                    .onnx(
                            "RandomNormal",
                            1,
                            a ->
                                    new RandomNormal(
                                            a.number("mean", 0),
                                            a.number("scale", 1),
                                            a.optionalNumber("seed"),
                                            a.dtype("dtype", DType.FLOAT32),
                                            a.integers("shape")))
                    .build();

    @Override
    public OpDef<RandomNormal> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private static List<Tensor> evaluate(RandomNormal op, EvalContext in) {
        return Draws.fill(
                op.dtype,
                op.shape.toArray(),
                Draws.generator(op.seed, in),
                random -> op.mean + op.scale * random.nextGaussian());
    }
}

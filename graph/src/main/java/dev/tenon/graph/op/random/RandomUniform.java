package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers uniformly distributed (ONNX `RandomUniform`).
///
/// @param low the least number
/// @param high above the greatest number
/// @param seed null or NaN for other numbers at every run
public record RandomUniform(float low, float high, @Nullable Float seed, DType dtype, Longs shape)
        implements Random {
    public static final OpDef<RandomUniform> DEF =
            OpDef.of(RandomUniform.class)
                    .inputs(0)
                    .infer((op, in) -> List.of(Type.tensor(op.dtype, op.shape.toArray())))
                    .reference(RandomUniform::evaluate)
                    .noGradient("there are no inputs")
                    .onnx(
                            "RandomUniform",
                            1,
                            a ->
                                    new RandomUniform(
                                            a.number("low", 0),
                                            a.number("high", 1),
                                            a.optionalNumber("seed"),
                                            a.dtype("dtype", DType.FLOAT32),
                                            a.integers("shape")))
                    .build();

    @Override
    public OpDef<RandomUniform> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private static List<Tensor> evaluate(RandomUniform op, EvalContext in) {
        return Draws.fill(
                op.dtype,
                op.shape.toArray(),
                Draws.generator(op.seed, in),
                random -> op.low + ((double) op.high - op.low) * random.nextDouble());
    }
}

package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 1 with the probability that the input's element gives, else 0 (ONNX `Bernoulli`).
///
/// @param dtype null for the input's
/// @param seed null or NaN for other numbers at every run
public record Bernoulli(@Nullable DType dtype, @Nullable Float seed) implements Random {
    public static final OpDef<Bernoulli> DEF =
            OpDef.of(Bernoulli.class)
                    .infer((op, in) -> List.of(Type.tensor(op.result(in.dtype(0)), in.shape(0))))
                    .reference(Bernoulli::evaluate)
                    .noGradient("the result is 0 or 1")
                    .onnx(
                            "Bernoulli",
                            15,
                            a -> new Bernoulli(a.optionalDtype("dtype"), a.optionalNumber("seed")))
                    .build();

    @Override
    public OpDef<Bernoulli> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private DType result(DType input) {
        return dtype == null ? input : dtype;
    }

    private static List<Tensor> evaluate(Bernoulli op, EvalContext in) {
        var probability = in.tensor(0);
        var random = Draws.generator(op.seed, in);
        var result = Tensor.zeros(op.result(probability.dtype()), probability.dims());
        for (long i = 0; i < result.size(); i++) {
            result.setLong(i, happens(probability.getDouble(i), random.nextDouble()) ? 1 : 0);
        }
        return List.of(result);
    }

    /// Takes the numbers as NumPy's `binomial` does, so that a seed gives the same events.
    private static boolean happens(double probability, double drawn) {
        return probability > 0.5 ? drawn <= probability : drawn > 1 - probability;
    }
}

package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What the random operators have in common.
final class Draws {
    private Draws() {}

    /// The generator of an operator.
    ///
    /// @param seed its seed, cut to an integer; null or NaN for the run's generator
    static RandomGenerator generator(@Nullable Float seed, EvalContext in) {
        return seed == null || seed.isNaN()
                ? in.random()
                : new MersenneTwister((int) seed.longValue());
    }

    static boolean isSeed(@Nullable Float seed) {
        return seed != null && !seed.isNaN();
    }

    /// A tensor of numbers drawn in row-major order.
    static List<Tensor> fill(
            DType dtype,
            long[] dims,
            RandomGenerator random,
            ToDoubleFunction<RandomGenerator> draw) {
        var result = Tensor.zeros(dtype, dims);
        for (long i = 0; i < result.size(); i++) {
            result.setDouble(i, draw.applyAsDouble(random));
        }
        return List.of(result);
    }
}

package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Draws classes after their probabilities (ONNX `Multinomial`).
///
/// Input: `[batch, classes]`, unnormalised logarithms of the probabilities. Output: `[batch,
/// sampleSize]`, the classes drawn.
///
/// @param dtype `i32` or `i64`
/// @param seed null or NaN for other numbers at every run
public record Multinomial(DType dtype, long sampleSize, @Nullable Float seed) implements Random {
    public static final OpDef<Multinomial> DEF =
            OpDef.of(Multinomial.class)
                    .infer(Multinomial::infer)
                    .reference(Multinomial::evaluate)
                    .noGradient("the result is a class")
                    .onnx(
                            "Multinomial",
                            7,
                            a ->
                                    new Multinomial(
                                            a.dtype("dtype", DType.INT32),
                                            a.integer("sample_size", 1),
                                            a.optionalNumber("seed")))
                    .build();

    @Override
    public OpDef<Multinomial> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return Draws.isSeed(seed);
    }

    private static List<Type> infer(Multinomial op, InferContext in) {
        in.requireRank(0, 2, 2);
        if (op.dtype != DType.INT32 && op.dtype != DType.INT64) {
            throw in.error(
                    Problem.of("wrong dtype of the result").expected("i32 or i64").got(op.dtype));
        }
        var batch = in.shape(0).isRanked() ? in.shape(0).dim(0) : in.unknown();
        return List.of(Type.tensor(op.dtype, Shape.of(batch, Dim.of(op.sampleSize))));
    }

    private static List<Tensor> evaluate(Multinomial op, EvalContext in) {
        var logs = in.tensor(0);
        int classes = Math.toIntExact(logs.dim(1));
        var random = Draws.generator(op.seed, in);
        var result = Tensor.zeros(op.dtype, logs.dim(0), op.sampleSize);
        var cumulative = new double[classes];
        for (long row = 0; row < logs.dim(0); row++) {
            double greatest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                greatest = Math.max(greatest, logs.getDouble(row * classes + c));
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logs.getDouble(row * classes + c) - greatest);
                cumulative[c] = sum;
            }
            for (long sample = 0; sample < op.sampleSize; sample++) {
                result.setLong(row * op.sampleSize + sample, draw(cumulative, random));
            }
        }
        return List.of(result);
    }

    private static int draw(double[] cumulative, RandomGenerator random) {
        double at = random.nextDouble() * cumulative[cumulative.length - 1];
        int chosen = 0;
        while (chosen < cumulative.length - 1 && cumulative[chosen] <= at) {
            chosen++;
        }
        return chosen;
    }
}

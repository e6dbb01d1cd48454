package dev.tenon.graph.op.random;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sets elements to 0 at random while training, and scales the others up; does nothing otherwise
/// (ONNX `Dropout`).
///
/// Inputs: the data; the share of elements to drop, 0.5 when left out; whether this is training,
/// false when left out. Outputs: the result, and which elements were kept.
///
/// @param seed null for other numbers at every run
public record Dropout(@Nullable Long seed) implements Random {
    private static final double DEFAULT_RATIO = 0.5;

    public static final OpDef<Dropout> DEF =
            OpDef.of(Dropout.class)
                    .inputs(1, 3)
                    .outputs(1, 2)
                    .infer(Dropout::infer)
                    .reference(Dropout::evaluate)
                    .onnx("Dropout", 12, a -> new Dropout(a.optionalInteger("seed")))
                    .build();

    @Override
    public OpDef<Dropout> def() {
        return DEF;
    }

    @Override
    public boolean isSeeded() {
        return seed != null;
    }

    private static List<Type> infer(Dropout op, InferContext in) {
        if (in.has(2)) {
            in.requireDtype(2, DType.BOOL);
        }
        return List.of(in.tensor(0), Type.tensor(DType.BOOL, in.shape(0)));
    }

    private static List<Tensor> evaluate(Dropout op, EvalContext in) {
        var x = in.tensor(0);
        var kept = Tensor.zeros(DType.BOOL, x.dims());
        double ratio = in.has(1) ? in.tensor(1).getDouble(0) : DEFAULT_RATIO;
        if (ratio == 0 || !in.has(2) || !in.tensor(2).getBoolean(0)) {
            for (long i = 0; i < x.size(); i++) {
                kept.setLong(i, 1);
            }
            return List.of(x, kept);
        }
        var random = op.seed == null ? in.random() : new MersenneTwister(op.seed.intValue());
        var result = Tensor.zeros(x.dtype(), x.dims());
        for (long i = 0; i < x.size(); i++) {
            if (random.nextDouble() >= ratio) {
                kept.setLong(i, 1);
                result.setDouble(i, x.getDouble(i) / (1 - ratio));
            }
        }
        return List.of(result, kept);
    }
}

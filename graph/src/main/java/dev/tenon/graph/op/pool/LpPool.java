package dev.tenon.graph.op.pool;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The p-norm of each window (ONNX `LpPool`).
public record LpPool(
        AutoPad autoPad,
        boolean ceilMode,
        @Nullable Longs dilations,
        Longs kernelShape,
        long p,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements WindowPool {
    public static final OpDef<LpPool> DEF =
            OpDef.of(LpPool.class)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.output(in))))
                    .reference(LpPool::evaluate)
                    .flops(
                            (op, types) ->
                                    2 * types.outputSize(0) * Tensor.size(op.kernelShape.toArray()))
                    .onnx(
                            "LpPool",
                            18,
                            a ->
                                    new LpPool(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.flag("ceil_mode", false),
                                            a.optionalIntegers("dilations"),
                                            a.integers("kernel_shape"),
                                            a.integer("p", 2),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<LpPool> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(LpPool op, EvalContext in) {
        var x = in.tensor(0);
        var positions = op.over(x);
        var y = op.emptyOutput(x, positions);
        var sources = new long[positions.taps()];
        for (long i = 0; i < y.size(); i++) {
            long plane = i / positions.count() * positions.inputSize();
            positions.sources(i % positions.count(), sources);
            double sum = 0;
            for (long source : sources) {
                sum += source < 0 ? 0 : Math.pow(Math.abs(x.getDouble(plane + source)), op.p);
            }
            y.setDouble(i, Math.pow(sum, 1.0 / op.p));
        }
        return List.of(y);
    }
}

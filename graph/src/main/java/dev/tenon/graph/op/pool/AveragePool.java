package dev.tenon.graph.op.pool;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The mean of each window (ONNX `AveragePool`).
///
/// @param countIncludePad whether the padding counts, as zeros
public record AveragePool(
        AutoPad autoPad,
        boolean ceilMode,
        boolean countIncludePad,
        @Nullable Longs dilations,
        Longs kernelShape,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements WindowPool {
    public static final OpDef<AveragePool> DEF =
            OpDef.of(AveragePool.class)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.output(in))))
                    .reference(AveragePool::evaluate)
                    .flops(
                            (op, types) ->
                                    types.outputSize(0) * Tensor.size(op.kernelShape.toArray()))
                    .onnx(
                            "AveragePool",
                            11,
                            a ->
                                    new AveragePool(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.flag("ceil_mode", false),
                                            a.flag("count_include_pad", false),
                                            a.optionalIntegers("dilations"),
                                            a.integers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<AveragePool> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(AveragePool op, EvalContext in) {
        var x = in.tensor(0);
        var positions = op.over(x);
        var y = op.emptyOutput(x, positions);
        var sources = new long[positions.taps()];
        for (long i = 0; i < y.size(); i++) {
            long position = i % positions.count();
            long plane = i / positions.count() * positions.inputSize();
            positions.sources(position, sources);
            double sum = 0;
            long inside = 0;
            for (long source : sources) {
                if (source >= 0) {
                    sum += x.getDouble(plane + source);
                    inside++;
                }
            }
            y.setDouble(
                    i, sum / (op.countIncludePad ? positions.tapsInPaddedInput(position) : inside));
        }
        return List.of(y);
    }
}

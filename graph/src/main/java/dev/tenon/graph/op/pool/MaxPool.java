package dev.tenon.graph.op.pool;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The largest element of each window (ONNX `MaxPool`); NaN where there is one.
///
/// Outputs: the elements, and optionally where each stands in the flattened input (`i64`; the first
/// one among equals).
///
/// @param storageOrder how these positions count within an image: 0 in row-major, 1 in column-major
///   order
public record MaxPool(
        AutoPad autoPad,
        boolean ceilMode,
        @Nullable Longs dilations,
        Longs kernelShape,
        @Nullable Longs pads,
        int storageOrder,
        @Nullable Longs strides)
        implements WindowPool {
    public static final OpDef<MaxPool> DEF =
            OpDef.of(MaxPool.class)
                    .outputs(1, 2)
                    .infer(
                            (op, in) -> {
                                var shape = op.output(in);
                                return List.of(
                                        Type.tensor(in.dtype(0), shape),
                                        Type.tensor(DType.INT64, shape));
                            })
                    .reference(MaxPool::evaluate)
                    .flops(
                            (op, types) ->
                                    types.outputSize(0) * Tensor.size(op.kernelShape.toArray()))
                    .onnx(
                            "MaxPool",
                            12,
                            a ->
                                    new MaxPool(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.flag("ceil_mode", false),
                                            a.optionalIntegers("dilations"),
                                            a.integers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.axis("storage_order", 0),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<MaxPool> def() {
        return DEF;
    }

    private static List<Tensor> evaluate(MaxPool op, EvalContext in) {
        var x = in.tensor(0);
        var positions = op.over(x);
        var y = op.emptyOutput(x, positions);
        var indices = Tensor.zeros(DType.INT64, y.dims());
        var spatial = Arrays.copyOfRange(x.dims(), 2, x.rank());
        var sources = new long[positions.taps()];
        double least = x.dtype().isFloat() ? Double.NEGATIVE_INFINITY : x.dtype().minInteger();
        for (long i = 0; i < y.size(); i++) {
            long plane = i / positions.count() * positions.inputSize();
            positions.sources(i % positions.count(), sources);
            double best = least;
            long found = -1;
            for (long source : sources) {
                double value = source < 0 ? least : x.getDouble(plane + source);
                if (source >= 0
                        && (found < 0
                                || value > best
                                || Double.isNaN(value) && !Double.isNaN(best))) {
                    best = value;
                    found = source;
                }
            }
            y.setDouble(i, best);
            indices.setLong(
                    i,
                    found < 0
                            ? -1
                            : plane + (op.storageOrder == 0 ? found : columnMajor(found, spatial)));
        }
        return List.of(y, indices);
    }

    private static long columnMajor(long index, long[] dims) {
        long[] at = Nd.coordinates(index, dims);
        long result = 0;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            result = result * dims[axis] + at[axis];
        }
        return result;
    }
}

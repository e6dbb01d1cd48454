package dev.tenon.graph.op.pool;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts elements back to where a [MaxPool] took them from; the rest is 0 (ONNX `MaxUnpool`).
///
/// Inputs: the elements; their positions in the flattened input of the pooling, whose shape follows
/// from the attributes; and optionally the shape of the output, in which that shape lies at the
/// beginning.
public record MaxUnpool(Longs kernelShape, @Nullable Longs pads, @Nullable Longs strides)
        implements Pool {
    public static final OpDef<MaxUnpool> DEF =
            OpDef.of(MaxUnpool.class)
                    .inputs(2, 3)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.output(in))))
                    .reference(MaxUnpool::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "MaxUnpool",
                            11,
                            a ->
                                    new MaxUnpool(
                                            a.integers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<MaxUnpool> def() {
        return DEF;
    }

    private Shape output(InferContext in) {
        in.requireRank(0, kernelShape.size() + 2, kernelShape.size() + 2);
        if (in.has(2)) {
            in.requireLength(2, kernelShape.size() + 2);
            var given = in.content(2);
            return given == null ? in.unknownShape(kernelShape.size() + 2) : Shape.of(given);
        }
        var shape = in.shape(0);
        return shape.isRanked() ? pooled(shape) : in.unknownShape(kernelShape.size() + 2);
    }

    /// The shape of the pooling's input, as the shape of its output tells.
    private Shape pooled(Shape x) {
        var dims = new ArrayList<Dim>(x.dims());
        int axes = kernelShape.size();
        for (int i = 0; i < axes; i++) {
            long padding = pads == null ? 0 : pads.get(i) + pads.get(axes + i);
            dims.set(
                    i + 2,
                    x.dim(i + 2)
                            .minus(1)
                            .times(strides == null ? 1 : strides.get(i))
                            .plus(kernelShape.get(i) - padding));
        }
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(MaxUnpool op, EvalContext in) {
        var x = in.tensor(0);
        var indices = in.tensor(1);
        var pooled = op.pooled(x.shape()).toLongs();
        var result = Tensor.zeros(x.dtype(), in.has(2) ? in.tensor(2).toLongs() : pooled);
        var strides = Nd.strides(result.dims());
        for (long i = 0; i < x.size(); i++) {
            long index = indices.getLong(i);
            if (index < 0 || index >= Tensor.size(pooled)) {
                throw new InputException(
                        Problem.of("index out of range")
                                .expected("0 to " + (Tensor.size(pooled) - 1))
                                .got(index));
            }
            result.copyElement(Nd.offset(Nd.coordinates(index, pooled), strides), x, i);
        }
        return List.of(result);
    }
}

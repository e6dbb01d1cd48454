package dev.tenon.graph.op.convolution;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.ConvGeometry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A convolution over any number of spatial axes, in groups of channels (ONNX `Conv`).
///
/// Inputs: `[N, C, spatial…]`, weights `[M, C / group, taps…]`, and a bias `[M]` that may be left
/// out. Output: `[N, M, spatial…]`.
///
/// @param dilations null where all are 1
/// @param kernelShape null where the weights' shape tells
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record Conv(
        AutoPad autoPad,
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements Convolution {
    public static final OpDef<Conv> DEF =
            OpDef.of(Conv.class)
                    .inputs(2, 3)
                    .infer(Conv::infer)
                    .reference(Conv::evaluate)
                    .flops((op, types) -> ConvGeometry.flops(types, 1))
                    .onnx(
                            "Conv",
                            11,
                            a ->
                                    new Conv(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.optionalIntegers("dilations"),
                                            a.axis("group", 1),
                                            a.optionalIntegers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<Conv> def() {
        return DEF;
    }

    /// What follows from the attributes.
    public ConvGeometry geometry() {
        return new ConvGeometry(autoPad, dilations, group, kernelShape, pads, strides);
    }

    private static List<Type> infer(Conv op, InferContext in) {
        in.requireSameDtype(0, 1);
        var shape = op.geometry().output(in, 0, 1);
        Channels.checkBias(in, 2, shape);
        return List.of(Type.tensor(in.dtype(0), shape));
    }

    private static List<Tensor> evaluate(Conv op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(1);
        var y = Tensor.zeros(x.dtype(), op.geometry().outputDims(x.dims(), w.dims()));
        var sums = op.geometry().convolve(x.toDoubles(), x.dims(), w.toDoubles(), w.dims());
        Channels.store(sums, in.optionalTensor(2), y);
        return List.of(y);
    }
}

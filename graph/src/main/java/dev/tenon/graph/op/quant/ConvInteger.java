package dev.tenon.graph.op.quant;

import dev.tenon.base.DType;
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

/// A convolution of quantised integers, in `i32` (ONNX `ConvInteger`).
///
/// Inputs: data and weights as of `Conv`, and optionally their zero points: one number for the
/// data, one number or a number an output channel for the weights.
///
/// @param dilations null where all are 1
/// @param kernelShape null where the weights' shape tells
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record ConvInteger(
        AutoPad autoPad,
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements Quant {
    public static final OpDef<ConvInteger> DEF =
            OpDef.of(ConvInteger.class)
                    .inputs(2, 4)
                    .infer(ConvInteger::infer)
                    .reference(ConvInteger::evaluate)
                    .noGradient("integers are no continuous numbers")
                    .flops((op, types) -> ConvGeometry.flops(types, 1))
                    .onnx(
                            "ConvInteger",
                            10,
                            a ->
                                    new ConvInteger(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.optionalIntegers("dilations"),
                                            a.axis("group", 1),
                                            a.optionalIntegers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<ConvInteger> def() {
        return DEF;
    }

    /// What follows from the attributes.
    public ConvGeometry geometry() {
        return new ConvGeometry(autoPad, dilations, group, kernelShape, pads, strides);
    }

    private static List<Type> infer(ConvInteger op, InferContext in) {
        for (int i = 0; i < 2; i++) {
            in.requireDtype(i, DType.INT8, DType.UINT8);
            if (in.has(i + 2)) {
                in.requireSameDtype(i, i + 2);
                in.requireRank(i + 2, 0, 1);
            }
        }
        return List.of(Type.tensor(DType.INT32, op.geometry().output(in, 0, 1)));
    }

    private static List<Tensor> evaluate(ConvInteger op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(1);
        var result = Tensor.zeros(DType.INT32, op.geometry().outputDims(x.dims(), w.dims()));
        var sums =
                op.geometry()
                        .convolve(
                                PerAxis.centred(x, in.optionalTensor(2), 0),
                                x.dims(),
                                PerAxis.centred(w, in.optionalTensor(3), 0),
                                w.dims());
        for (int i = 0; i < sums.length; i++) {
            result.setDouble(i, sums[i]);
        }
        return List.of(result);
    }
}

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

/// A convolution of quantised data, quantised again (ONNX `QLinearConv`).
///
/// Inputs: the data, its scale and zero point; the weights, their scales and zero points, one or a
/// number an output channel; the scale and zero point of the result; optionally the bias in `i32`,
/// whose scale is the product of the data's and the weights'.
///
/// @param dilations null where all are 1
/// @param kernelShape null where the weights' shape tells
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record QLinearConv(
        AutoPad autoPad,
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements Quant {
    public static final OpDef<QLinearConv> DEF =
            OpDef.of(QLinearConv.class)
                    .inputs(8, 9)
                    .infer(QLinearConv::infer)
                    .reference(QLinearConv::evaluate)
                    .noGradient("integers are no continuous numbers")
                    .flops((op, types) -> ConvGeometry.flops(types, 3))
                    .onnx(
                            "QLinearConv",
                            10,
                            a ->
                                    new QLinearConv(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.optionalIntegers("dilations"),
                                            a.axis("group", 1),
                                            a.optionalIntegers("kernel_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<QLinearConv> def() {
        return DEF;
    }

    /// What follows from the attributes.
    public ConvGeometry geometry() {
        return new ConvGeometry(autoPad, dilations, group, kernelShape, pads, strides);
    }

    private static List<Type> infer(QLinearConv op, InferContext in) {
        in.requireSameDtype(0, 2);
        in.requireSameDtype(3, 5);
        if (in.has(8)) {
            in.requireDtype(8, DType.INT32);
            in.requireRank(8, 1, 1);
        }
        return List.of(Type.tensor(in.dtype(7), op.geometry().output(in, 0, 3)));
    }

    private static List<Tensor> evaluate(QLinearConv op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(3);
        var dims = op.geometry().outputDims(x.dims(), w.dims());
        var sums =
                op.geometry()
                        .convolve(
                                PerAxis.centred(x, in.tensor(2), 0),
                                x.dims(),
                                PerAxis.centred(w, in.tensor(5), 0),
                                w.dims());
        if (in.has(8)) {
            var bias = PerAxis.spread(in.tensor(8), dims, 1);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += bias[i];
            }
        }
        var scales = PerAxis.spread(in.tensor(4), dims, 1);
        double scale = in.tensor(1).getDouble(0);
        for (int i = 0; i < scales.length; i++) {
            scales[i] *= scale;
        }
        return List.of(PerAxis.quantise(sums, scales, in.tensor(6), in.tensor(7), dims, 1));
    }
}

package dev.tenon.graph.op.convolution;

import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.ConvGeometry;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A convolution whose taps are moved by offsets, and read the input between its elements by linear
/// interpolation, 0 outside (ONNX `DeformConv`).
///
/// Inputs: `[N, C, spatial…]`; weights `[M, C / group, taps…]`; offsets `[N, offsetGroup · taps ·
/// axes, output…]`; a bias `[M]` and a mask `[N, offsetGroup · taps, output…]` of factors, which
/// may be left out. Output: `[N, M, output…]`.
///
/// @param dilations null where all are 1
/// @param kernelShape null where the weights' shape tells
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record DeformConv(
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        int offsetGroup,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements Convolution {
    public static final OpDef<DeformConv> DEF =
            OpDef.of(DeformConv.class)
                    .inputs(3, 5)
                    .infer(DeformConv::infer)
                    .reference(DeformConv::evaluate)
                    .flops((op, types) -> ConvGeometry.flops(types, 1))
                    .onnx(
                            "DeformConv",
                            19,
                            a ->
                                    new DeformConv(
                                            a.optionalIntegers("dilations"),
                                            a.axis("group", 1),
                                            a.optionalIntegers("kernel_shape"),
                                            a.axis("offset_group", 1),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<DeformConv> def() {
        return DEF;
    }

    /// What follows from the attributes, but for the offsets.
    public ConvGeometry geometry() {
        return new ConvGeometry(AutoPad.NOTSET, dilations, group, kernelShape, pads, strides);
    }

    private static List<Type> infer(DeformConv op, InferContext in) {
        in.requireSameDtype(0, 1);
        in.requireSameDtype(0, 2);
        var shape = op.geometry().output(in, 0, 1);
        Channels.checkBias(in, 3, shape);
        if (in.shape(0).isRanked()) {
            Channels.checkGroups(in, in.shape(0).dim(1), op.offsetGroup);
        }
        if (shape.isRanked()) {
            op.checkSampling(in, 2, shape, shape.rank() - 2);
            op.checkSampling(in, 4, shape, 1);
        }
        return List.of(Type.tensor(in.dtype(0), shape));
    }

    /// Checks offsets or mask: `perTap` numbers a tap, for each position of the output.
    private void checkSampling(InferContext in, int input, Shape output, int perTap) {
        if (!in.has(input) || !in.shape(input).isRanked()) {
            return;
        }
        in.requireRank(input, output.rank(), output.rank());
        in.same(output.dim(0), in.shape(input).dim(0));
        if (in.shape(1).isRanked()) {
            var taps = Shape.of(in.shape(1).dims().subList(2, output.rank())).size();
            in.same(taps.times((long) offsetGroup * perTap), in.shape(input).dim(1));
        }
        for (int axis = 2; axis < output.rank(); axis++) {
            in.same(output.dim(axis), in.shape(input).dim(axis));
        }
    }

    private static List<Tensor> evaluate(DeformConv op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(1);
        var dims = op.geometry().outputDims(x.dims(), w.dims());
        var y = Tensor.zeros(x.dtype(), dims);
        long positions = Nd.size(dims, 2, dims.length);
        int features = (int) w.dim(0);
        int channels = (int) w.dim(1);
        int taps = (int) Nd.size(w.dims(), 2, w.rank());
        var sums = new double[Math.toIntExact(y.size())];
        var samples = new double[(int) x.dim(1) * taps];
        for (long image = 0; image < dims[0]; image++) {
            for (long position = 0; position < positions; position++) {
                op.sample(in, image, position, samples);
                for (int feature = 0; feature < features; feature++) {
                    int first = feature / (features / op.group) * channels * taps;
                    double sum = 0;
                    for (int i = 0; i < channels * taps; i++) {
                        sum +=
                                samples[first + i]
                                        * w.getDouble((long) feature * channels * taps + i);
                    }
                    sums[(int) ((image * features + feature) * positions + position)] = sum;
                }
            }
        }
        Channels.store(sums, in.optionalTensor(3), y);
        return List.of(y);
    }

    /// What each tap reads of each channel at one position of the output, times the mask.
    private void sample(EvalContext in, long image, long position, double[] samples) {
        var x = in.tensor(0);
        var weights = in.tensor(1).dims();
        var window = geometry().window(x.rank() - 2);
        int axes = window.axes();
        var tapDims = Arrays.copyOfRange(weights, 2, weights.length);
        int taps = (int) Tensor.size(tapDims);
        var outputs = Arrays.copyOfRange(in.tensor(2).dims(), 2, axes + 2);
        long positions = Tensor.size(outputs);
        var at = Nd.coordinates(position, outputs);
        var mask = in.optionalTensor(4);
        int perGroup = (int) x.dim(1) / offsetGroup;
        var point = new double[axes];
        for (int i = 0; i < samples.length; i++) {
            int channel = i / taps;
            long moved = (image * offsetGroup + channel / perGroup) * taps + i % taps;
            var tap = Nd.coordinates(i % taps, tapDims);
            for (int axis = 0; axis < axes; axis++) {
                point[axis] =
                        at[axis] * window.strides().get(axis)
                                - window.pads().get(axis)
                                + tap[axis] * window.dilations().get(axis)
                                + in.tensor(2)
                                        .getDouble((moved * axes + axis) * positions + position);
            }
            double factor = mask == null ? 1 : mask.getDouble(moved * positions + position);
            samples[i] = factor * interpolate(x, image * x.dim(1) + channel, point);
        }
    }

    /// A plane of the input between its elements: the weighted mean of the corners around a point.
    private static double interpolate(Tensor x, long plane, double[] point) {
        double sum = 0;
        for (int corner = 0; corner < 1 << point.length; corner++) {
            double weight = 1;
            long index = plane;
            for (int axis = 0; axis < point.length; axis++) {
                double low = Math.floor(point[axis]);
                boolean upper = (corner >> axis & 1) == 1;
                double at = upper ? low + 1 : low;
                weight *=
                        at >= 0 && at < x.dim(axis + 2)
                                ? upper ? point[axis] - low : low + 1 - point[axis]
                                : 0;
                index = index * x.dim(axis + 2) + (long) Math.clamp(at, 0, x.dim(axis + 2) - 1);
            }
            if (weight != 0) {
                sum += weight * x.getDouble(index);
            }
        }
        return sum;
    }
}

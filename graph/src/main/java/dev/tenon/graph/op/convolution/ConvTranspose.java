package dev.tenon.graph.op.convolution;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.Window;
import dev.tenon.graph.op.WindowPositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A transposed convolution: each input element is spread over the taps of a window on the output
/// (ONNX `ConvTranspose`).
///
/// Inputs: `[N, C, spatial…]`, weights `[C, M / group, taps…]`, and a bias `[M]` that may be left
/// out. Output: `[N, M, spatial…]`.
///
/// @param dilations null where all are 1
/// @param kernelShape null where the weights' shape tells
/// @param outputPadding more elements at the end of each axis; null where all are 0
/// @param outputShape the output's spatial extents, which then determine the padding; null where
///   the padding determines them
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record ConvTranspose(
        AutoPad autoPad,
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        @Nullable Longs outputPadding,
        @Nullable Longs outputShape,
        @Nullable Longs pads,
        @Nullable Longs strides)
        implements Convolution {
    public static final OpDef<ConvTranspose> DEF =
            OpDef.of(ConvTranspose.class)
                    .inputs(2, 3)
                    .infer(ConvTranspose::infer)
                    .reference(ConvTranspose::evaluate)
                    .flops(
                            (op, types) ->
                                    types.inputs().get(0) instanceof Type.OfTensor(var _, var x)
                                                    && x.isKnown()
                                            ? 2
                                                    * types.inputSize(0)
                                                    * types.inputSize(1)
                                                    / Math.max(1, x.dim(1).known().orElse(1))
                                            : 0)
                    .onnx(
                            "ConvTranspose",
                            11,
                            a ->
                                    new ConvTranspose(
                                            a.choice("auto_pad", AutoPad.NOTSET),
                                            a.optionalIntegers("dilations"),
                                            a.axis("group", 1),
                                            a.optionalIntegers("kernel_shape"),
                                            a.optionalIntegers("output_padding"),
                                            a.optionalIntegers("output_shape"),
                                            a.optionalIntegers("pads"),
                                            a.optionalIntegers("strides")))
                    .build();

    @Override
    public OpDef<ConvTranspose> def() {
        return DEF;
    }

    /// The window that spreads an input element, over the output; its padding is not resolved.
    public Window window(int axes) {
        return Window.of(axes, autoPad, strides, dilations, pads);
    }

    /// How long an axis of the output is before anything is cut off as padding.
    private Dim full(Window window, int axis, Dim input, Dim taps) {
        return input.minus(1)
                .times(window.strides().get(axis))
                .plus(window.span(axis, taps))
                .plus(outputPadding == null ? 0 : outputPadding.get(axis));
    }

    private Dim output(Window window, int axis, Dim input, Dim taps) {
        if (outputShape != null) {
            return Dim.of(outputShape.get(axis));
        }
        if (autoPad.isSame()) {
            return input.times(window.strides().get(axis));
        }
        long cut = window.pads().get(axis) + window.pads().get(window.axes() + axis);
        return full(window, axis, input, taps).minus(cut);
    }

    /// The padding before and after each axis, for known extents.
    public Longs padding(long[] input, long[] taps) {
        var window = window(input.length);
        if (outputShape == null && !autoPad.isSame()) {
            return window.pads();
        }
        var padding = new long[2 * input.length];
        for (int i = 0; i < input.length; i++) {
            var extent = Dim.of(input[i]);
            long total =
                    full(window, i, extent, Dim.of(taps[i]))
                            .minus(output(window, i, extent, Dim.of(taps[i])))
                            .known()
                            .orElseThrow();
            long less = Math.floorDiv(total, 2L);
            padding[i] = autoPad == AutoPad.SAME_UPPER ? less : total - less;
            padding[input.length + i] = total - padding[i];
        }
        return Longs.of(padding);
    }

    private static List<Type> infer(ConvTranspose op, InferContext in) {
        in.requireSameDtype(0, 1);
        var shape = op.shape(in, in.shape(0), in.shape(1));
        Channels.checkBias(in, 2, shape);
        return List.of(Type.tensor(in.dtype(0), shape));
    }

    private Shape shape(InferContext in, Shape x, Shape w) {
        if (!x.isRanked() && !w.isRanked()) {
            return Shape.unranked();
        }
        int rank = x.isRanked() ? x.rank() : w.rank();
        if (rank < 3 || w.isRanked() && w.rank() != rank) {
            throw in.error(
                    Problem.of("input and weights must have the same rank, at least 3")
                            .got(x + " and " + w));
        }
        if (x.isRanked() && w.isRanked()) {
            in.same(x.dim(1), w.dim(0));
        }
        Channels.checkGroups(in, x.isRanked() ? x.dim(1) : w.dim(0), group);
        var window = window(rank - 2);
        var dims = new ArrayList<Dim>();
        dims.add(x.isRanked() ? x.dim(0) : in.unknown());
        dims.add(w.isRanked() ? w.dim(1).times(group) : in.unknown());
        for (int i = 0; i < rank - 2; i++) {
            var input = x.isRanked() ? x.dim(i + 2) : in.unknown();
            var taps =
                    kernelShape != null
                            ? Dim.of(kernelShape.get(i))
                            : w.isRanked() ? w.dim(i + 2) : in.unknown();
            dims.add(output(window, i, input, taps));
        }
        return Shape.of(dims);
    }

    private static List<Tensor> evaluate(ConvTranspose op, EvalContext in) {
        var x = in.tensor(0);
        var w = in.tensor(1);
        var input = Arrays.copyOfRange(x.dims(), 2, x.rank());
        var y = Tensor.zeros(x.dtype(), op.outputDims(x.dims(), w.dims()));
        var placed = op.placed(x.dims(), w.dims());
        var sums = new double[Math.toIntExact(y.size())];
        var targets = new long[placed.taps()];
        int[] position = {0};
        Nd.walk(
                input,
                at -> {
                    placed.sources(at, targets);
                    op.spread(x, w, position[0]++, targets, sums, y);
                });
        Channels.store(sums, in.optionalTensor(2), y);
        return List.of(y);
    }

    /// The extents of the output.
    public long[] outputDims(long[] x, long[] w) {
        var window = window(x.length - 2);
        var dims = x.clone();
        dims[1] = w[1] * group;
        for (int i = 2; i < dims.length; i++) {
            dims[i] = output(window, i - 2, Dim.of(x[i]), Dim.of(w[i])).known().orElseThrow();
        }
        return dims;
    }

    /// The window over the output whose positions are the input's.
    public WindowPositions placed(long[] x, long[] w) {
        var window = window(x.length - 2);
        var input = Arrays.copyOfRange(x, 2, x.length);
        var taps = Arrays.copyOfRange(w, 2, w.length);
        return new Window(
                        AutoPad.NOTSET, window.strides(), window.dilations(), padding(input, taps))
                .over(Arrays.copyOfRange(outputDims(x, w), 2, x.length), taps);
    }

    /// Adds what the input elements of one position give.
    private void spread(Tensor x, Tensor w, int position, long[] targets, double[] sums, Tensor y) {
        int channels = (int) x.dim(1);
        int inputs = (int) Nd.size(x.dims(), 2, x.rank());
        int outputs = (int) Nd.size(y.dims(), 2, y.rank());
        int features = (int) w.dim(1);
        for (int image = 0; image < x.dim(0); image++) {
            for (int channel = 0; channel < channels; channel++) {
                double element =
                        x.getDouble((long) (image * channels + channel) * inputs + position);
                int firstFeature = channel / (channels / group) * features;
                for (int feature = 0; feature < features; feature++) {
                    int to = (image * features * group + firstFeature + feature) * outputs;
                    int weight = (channel * features + feature) * targets.length;
                    for (int tap = 0; tap < targets.length; tap++) {
                        if (targets[tap] >= 0) {
                            sums[to + (int) targets[tap]] += element * w.getDouble(weight + tap);
                        }
                    }
                }
            }
        }
    }
}

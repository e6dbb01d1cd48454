package dev.tenon.graph.op;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The attributes that all forward convolutions have, and what follows from them: the output's
/// shape, and the sums themselves.
///
/// The input is `[N, C, spatial…]`, the weights are `[M, C / group, taps…]`, the output is `[N, M,
/// spatial…]`.
///
/// @param dilations null where all are 1
/// @param kernelShape the number of taps an axis; null where the weights' shape tells
/// @param pads before each axis, then after each axis; null where all are 0
/// @param strides null where all are 1
public record ConvGeometry(
        AutoPad autoPad,
        @Nullable Longs dilations,
        int group,
        @Nullable Longs kernelShape,
        @Nullable Longs pads,
        @Nullable Longs strides) {

    /// The shape of the output.
    ///
    /// @param x the index of the input
    /// @param w the index of the weights
    public Shape output(InferContext in, int x, int w) {
        var input = in.shape(x);
        var weights = in.shape(w);
        if (!input.isRanked() && !weights.isRanked()) {
            return Shape.unranked();
        }
        int rank = input.isRanked() ? input.rank() : weights.rank();
        if (rank < 3 || weights.isRanked() && weights.rank() != rank) {
            throw in.error(
                    Problem.of("input and weights must have the same rank, at least 3")
                            .got(input + " and " + weights));
        }
        if (input.isRanked() && weights.isRanked()) {
            checkChannels(in, input.dim(1), weights);
        }
        var window = window(rank - 2);
        var dims = new ArrayList<Dim>();
        dims.add(input.isRanked() ? input.dim(0) : in.unknown());
        dims.add(weights.isRanked() ? weights.dim(0) : in.unknown());
        for (int i = 0; i < rank - 2; i++) {
            var taps = weights.isRanked() ? taps(in, i, weights.dim(i + 2)) : null;
            dims.add(
                    input.isRanked() && taps != null
                            ? window.output(i, input.dim(i + 2), taps)
                            : in.unknown());
        }
        return Shape.of(dims);
    }

    private void checkChannels(InferContext in, Dim channels, Shape weights) {
        var expected = weights.dim(1).times(group);
        if (group < 1 || channels.isKnown() && expected.isKnown() && !channels.equals(expected)) {
            throw in.error(
                    Problem.of("the channels of input and weights differ")
                            .expected(
                                    expected
                                            + " ("
                                            + weights.dim(1)
                                            + " in each of "
                                            + group
                                            + " groups)")
                            .got(channels));
        }
        if (weights.dim(0).isKnown() && !weights.dim(0).mod(Dim.of(group)).is(0)) {
            throw in.error(
                    Problem.of("the output's channels do not divide into groups")
                            .expected("a multiple of " + group)
                            .got(weights.dim(0)));
        }
    }

    private Dim taps(InferContext in, int axis, Dim weights) {
        return kernelShape == null ? weights : in.same(weights, Dim.of(kernelShape.get(axis)));
    }

    /// The window over the spatial axes.
    public Window window(int axes) {
        return Window.of(axes, autoPad, strides, dilations, pads);
    }

    /// The window over an input, both of known extents.
    public WindowPositions positions(long[] input, long[] weights) {
        return window(input.length - 2)
                .over(
                        Arrays.copyOfRange(input, 2, input.length),
                        Arrays.copyOfRange(weights, 2, weights.length));
    }

    /// The extents of the output.
    public long[] outputDims(long[] input, long[] weights) {
        var spatial = positions(input, weights).output();
        var dims = new long[input.length];
        dims[0] = input[0];
        dims[1] = weights[0];
        System.arraycopy(spatial, 0, dims, 2, spatial.length);
        return dims;
    }

    /// The sums of products, without bias; what lies in the padding counts as 0.
    public double[] convolve(double[] x, long[] xDims, double[] w, long[] wDims) {
        var at = positions(xDims, wDims);
        int outputs = Math.toIntExact(at.count());
        int inputs = Math.toIntExact(at.inputSize());
        int channels = (int) wDims[1];
        int features = (int) wDims[0];
        var y = new double[Math.toIntExact(Tensor.size(outputDims(xDims, wDims)))];
        var sources = new long[at.taps()];
        for (int position = 0; position < outputs; position++) {
            at.sources(position, sources);
            for (int image = 0; image < xDims[0]; image++) {
                for (int feature = 0; feature < features; feature++) {
                    int firstChannel = feature / (features / group) * channels;
                    int from = (int) (image * xDims[1] + firstChannel) * inputs;
                    y[(image * features + feature) * outputs + position] =
                            sum(
                                    x,
                                    from,
                                    inputs,
                                    w,
                                    feature * channels * sources.length,
                                    channels,
                                    sources);
                }
            }
        }
        return y;
    }

    private static double sum(
            double[] x,
            int from,
            int inputs,
            double[] w,
            int weight,
            int channels,
            long[] sources) {
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < sources.length; tap++) {
                if (sources[tap] >= 0) {
                    sum +=
                            x[from + channel * inputs + (int) sources[tap]]
                                    * w[weight + channel * sources.length + tap];
                }
            }
        }
        return sum;
    }

    /// The cost of a convolution: a multiply-add for each output element, tap, and channel of its
    /// group.
    ///
    /// @param w the index of the weights
    public static double flops(OpDef.NodeTypes types, int w) {
        return types.inputs().get(w) instanceof Type.OfTensor(var _, var weights)
                        && weights.isKnown()
                ? 2
                        * types.outputSize(0)
                        * types.inputSize(w)
                        / Math.max(1, weights.dim(0).known().orElse(1))
                : 0;
    }
}

package dev.tenon.graph.op.convolution;

import dev.tenon.base.Dim;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.Nd;
import org.jspecify.annotations.Nullable;

/// What the convolutions do with the channels of their outputs `[N, M, spatial…]`.
final class Channels {
    private Channels() {}

    /// Checks that a bias, where there is one, has a number a channel.
    static void checkBias(InferContext in, int input, Shape output) {
        if (!in.has(input)) {
            return;
        }
        in.requireSameDtype(0, input);
        in.requireRank(input, 1, 1);
        if (output.isRanked() && in.shape(input).isRanked()) {
            in.same(output.dim(1), in.shape(input).dim(0));
        }
    }

    /// Checks that a number of channels divides into groups.
    static void checkGroups(InferContext in, Dim channels, int groups) {
        if (groups < 1 || channels.isKnown() && !channels.mod(Dim.of(groups)).is(0)) {
            throw in.error(
                    Problem.of("the channels do not divide into groups")
                            .expected("a multiple of " + groups)
                            .got(channels));
        }
    }

    /// Stores sums, each with the bias of its channel.
    static void store(double[] sums, @Nullable Tensor bias, Tensor into) {
        long channels = into.dim(1);
        long positions = Nd.size(into.dims(), 2, into.rank());
        for (int i = 0; i < sums.length; i++) {
            into.setDouble(
                    i, bias == null ? sums[i] : sums[i] + bias.getDouble(i / positions % channels));
        }
    }
}

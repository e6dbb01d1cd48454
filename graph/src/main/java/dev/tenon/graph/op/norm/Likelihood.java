package dev.tenon.graph.op.norm;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The negative log-likelihood of target classes, weighted and reduced.
///
/// @param ignoreIndex the target whose places do not count; null when all do
record Likelihood(Reduction reduction, @Nullable Long ignoreIndex) {
    Type infer(InferContext in) {
        in.requireRank(0, 2, Integer.MAX_VALUE);
        return Type.tensor(in.dtype(0), reduction == Reduction.NONE ? in.shape(1) : Shape.SCALAR);
    }

    /// @param logs `[N, C, …]`
    /// @param targets `[N, …]`
    /// @param weights `[C]`; null for ones
    /// @throws InputException when a target that counts is no class
    Tensor loss(Tensor logs, Tensor targets, @Nullable Tensor weights) {
        var dims = logs.dims();
        if (dims.length < 2 || !Arrays.equals(Nd.without(dims, 1), targets.dims())) {
            throw new InputException(
                    Problem.of("not one target for each place")
                            .expected("targets [N, …] for scores [N, C, …]")
                            .got(targets.type() + " for " + logs.type()));
        }
        long classes = dims[1];
        long places = Nd.size(dims, 2, dims.length);
        var losses = new double[Math.toIntExact(targets.size())];
        double loss = 0;
        double weight = 0;
        for (int i = 0; i < losses.length; i++) {
            long target = targets.getLong(i);
            if (ignoreIndex != null && target == ignoreIndex) {
                continue;
            }
            if (target < 0 || target >= classes) {
                throw new InputException(
                        Problem.of("a target is no class")
                                .expected("0 to " + (classes - 1))
                                .got(target));
            }
            double share = weights == null ? 1 : weights.getDouble(target);
            losses[i] =
                    -share * logs.getDouble((i / places * classes + target) * places + i % places);
            loss += losses[i];
            weight += share;
        }
        var result =
                Tensor.zeros(
                        logs.dtype(), reduction == Reduction.NONE ? targets.dims() : new long[0]);
        switch (reduction) {
            case NONE -> {
                for (int i = 0; i < losses.length; i++) {
                    result.setDouble(i, losses[i]);
                }
            }
            case MEAN -> result.setDouble(0, loss / weight);
            case SUM -> result.setDouble(0, loss);
        }
        return result;
    }
}

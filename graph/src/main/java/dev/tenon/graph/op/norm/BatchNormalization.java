package dev.tenon.graph.op.norm;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import java.util.Arrays;
import java.util.List;

/// Normalises each channel: `scale · (x - mean) / sqrt(variance + epsilon) + bias` (ONNX
/// `BatchNormalization`).
///
/// Inputs: the data `[N, C, …]` (a vector counts as `[N, 1]`), and scale, bias, mean and variance,
/// each `[C]`. In training mode the channel's own mean and variance over the data are used instead,
/// and two further outputs blend them into the given ones: `given · momentum + own · (1 -
/// momentum)`.
public record BatchNormalization(float epsilon, float momentum, boolean trainingMode)
        implements Norm {
    public static final OpDef<BatchNormalization> DEF =
            OpDef.of(BatchNormalization.class)
                    .inputs(5)
                    .outputs(1, 3)
                    .infer(BatchNormalization::infer)
                    .reference(BatchNormalization::evaluate)
                    .flops((op, types) -> (op.trainingMode ? 6 : 2) * types.inputSize(0))
                    .onnx(
                            "BatchNormalization",
                            14,
                            a ->
                                    new BatchNormalization(
                                            a.number("epsilon", 1e-5f),
                                            a.number("momentum", 0.9f),
                                            a.flag("training_mode", false)))
                    .build();

    @Override
    public OpDef<BatchNormalization> def() {
        return DEF;
    }

    private static List<Type> infer(BatchNormalization op, InferContext in) {
        in.requireRank(0, 1, Integer.MAX_VALUE);
        var data = in.shape(0);
        var channels = Shape.unranked();
        if (data.isRanked()) {
            var count = data.rank() > 1 ? data.dim(1) : Dim.ONE;
            for (int i = 1; i < 5; i++) {
                in.requireRank(i, 1, 1);
                count = in.shape(i).isRanked() ? in.same(count, in.shape(i).dim(0)) : count;
            }
            channels = Shape.of(count);
        }
        if (!op.trainingMode) {
            return List.of(in.tensor(0));
        }
        return List.of(
                in.tensor(0),
                Type.tensor(in.dtype(3), channels),
                Type.tensor(in.dtype(4), channels));
    }

    private static List<Tensor> evaluate(BatchNormalization op, EvalContext in) {
        var data = in.tensor(0);
        var scale = in.tensor(1);
        var bias = in.tensor(2);
        var result = Tensor.zeros(data.dtype(), data.dims());
        var runningMean = Tensor.zeros(in.tensor(3).dtype(), in.tensor(3).dims());
        var runningVariance = Tensor.zeros(in.tensor(4).dtype(), in.tensor(4).dims());
        var channels = channels(data);
        channels.each(
                (channel, start) -> {
                    var given =
                            new Moments(
                                    in.tensor(3).getDouble(channel),
                                    in.tensor(4).getDouble(channel));
                    var used = op.trainingMode ? Moments.of(channels.doubles(start)) : given;
                    channels.members(
                            start,
                            at ->
                                    result.setDouble(
                                            at,
                                            scale.getDouble(channel)
                                                            * used.normalize(
                                                                    data.getDouble(at), op.epsilon)
                                                    + bias.getDouble(channel)));
                    runningMean.setDouble(channel, op.blend(given.mean(), used.mean()));
                    runningVariance.setDouble(channel, op.blend(given.variance(), used.variance()));
                });
        return op.trainingMode ? List.of(result, runningMean, runningVariance) : List.of(result);
    }

    private double blend(double given, double own) {
        return given * momentum + own * (1 - momentum);
    }

    private static Groups channels(Tensor data) {
        var members = new boolean[data.rank()];
        Arrays.fill(members, true);
        if (members.length > 1) {
            members[1] = false;
        }
        return Groups.of(data, members);
    }
}

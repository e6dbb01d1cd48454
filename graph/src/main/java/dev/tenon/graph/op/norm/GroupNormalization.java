package dev.tenon.graph.op.norm;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import java.util.List;

/// Normalises groups of neighbouring channels of each sample by the group's mean and variance (ONNX
/// `GroupNormalization`).
///
/// Inputs: the data `[N, C, …]`, and scale and bias, each `[C]`. `numGroups` divides C.
///
/// @param stashType the precision in which files ask for the statistics; here it is `float64`
///   always
public record GroupNormalization(float epsilon, int numGroups, DType stashType) implements Norm {
    public static final OpDef<GroupNormalization> DEF =
            OpDef.of(GroupNormalization.class)
                    .inputs(3)
                    .infer(GroupNormalization::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> 6 * types.inputSize(0))
                    .onnx(
                            "GroupNormalization",
                            21,
                            a ->
                                    new GroupNormalization(
                                            a.number("epsilon", 1e-5f),
                                            Math.toIntExact(a.integer("num_groups")),
                                            a.dtype("stash_type", DType.FLOAT32)))
                    .build();

    @Override
    public OpDef<GroupNormalization> def() {
        return DEF;
    }

    private static List<Type> infer(GroupNormalization op, InferContext in) {
        in.requireRank(0, 2, Integer.MAX_VALUE);
        if (in.shape(0).isRanked()) {
            in.shape(0)
                    .dim(1)
                    .known()
                    .ifPresent(
                            channels -> {
                                if (!op.divides(channels)) {
                                    throw in.error(op.indivisible(channels));
                                }
                            });
        }
        return List.of(in.tensor(0));
    }

    private boolean divides(long channels) {
        return numGroups > 0 && channels % numGroups == 0;
    }

    private Problem indivisible(long channels) {
        return Problem.of("the channels do not fall into equal groups")
                .expected("a multiple of " + numGroups)
                .got(channels);
    }

    private Tensor evaluate(EvalContext in) {
        var data = in.tensor(0);
        long channels = data.dim(1);
        if (!divides(channels)) {
            throw new InputException(indivisible(channels));
        }
        long samples = data.dim(0);
        long spatial = channels * samples == 0 ? 0 : data.size() / samples / channels;
        var result = Tensor.zeros(data.dtype(), data.dims());
        var groups =
                Groups.from(data.reshape(samples, numGroups, channels / numGroups * spatial), 2);
        groups.each(
                (_, start) -> {
                    var moments = Moments.of(groups.doubles(start));
                    groups.members(
                            start,
                            at -> {
                                long channel = at / spatial % channels;
                                result.setDouble(
                                        at,
                                        in.tensor(1).getDouble(channel)
                                                        * moments.normalize(
                                                                data.getDouble(at), epsilon)
                                                + in.tensor(2).getDouble(channel));
                            });
                });
        return result;
    }
}

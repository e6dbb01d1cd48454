package dev.tenon.graph.op.norm;

import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import java.util.List;

/// Normalises each channel of each sample by its own mean and variance (ONNX
/// `InstanceNormalization`).
///
/// Inputs: the data `[N, C, …]`, and scale and bias, each `[C]`.
public record InstanceNormalization(float epsilon) implements Norm {
    public static final OpDef<InstanceNormalization> DEF =
            OpDef.of(InstanceNormalization.class)
                    .inputs(3)
                    .infer(
                            (op, in) -> {
                                in.requireRank(0, 2, Integer.MAX_VALUE);
                                return List.of(in.tensor(0));
                            })
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> 6 * types.inputSize(0))
                    .onnx(
                            "InstanceNormalization",
                            6,
                            a -> new InstanceNormalization(a.number("epsilon", 1e-5f)))
                    .build();

    @Override
    public OpDef<InstanceNormalization> def() {
        return DEF;
    }

    private Tensor evaluate(EvalContext in) {
        var data = in.tensor(0);
        var result = Tensor.zeros(data.dtype(), data.dims());
        var groups = Groups.from(data, 2);
        groups.each(
                (group, start) -> {
                    long channel = group % data.dim(1);
                    var moments = Moments.of(groups.doubles(start));
                    groups.members(
                            start,
                            at ->
                                    result.setDouble(
                                            at,
                                            in.tensor(1).getDouble(channel)
                                                            * moments.normalize(
                                                                    data.getDouble(at), epsilon)
                                                    + in.tensor(2).getDouble(channel)));
                });
        return result;
    }
}

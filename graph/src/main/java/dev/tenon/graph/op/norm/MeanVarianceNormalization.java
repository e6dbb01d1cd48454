package dev.tenon.graph.op.norm;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import dev.tenon.graph.op.Nd;
import java.util.List;

/// Normalises the elements along some axes by their mean and standard deviation (ONNX
/// `MeanVarianceNormalization`): `(x - mean) / (sqrt(variance) + 1e-9)`.
public record MeanVarianceNormalization(Longs axes) implements Norm {
    private static final double EPSILON = 1e-9;

    public static final OpDef<MeanVarianceNormalization> DEF =
            OpDef.of(MeanVarianceNormalization.class)
                    .infer(
                            (op, in) -> {
                                if (in.shape(0).isRanked()) {
                                    op.axes.stream()
                                            .forEach(axis -> in.axis(axis, in.shape(0).rank()));
                                }
                                return List.of(in.tensor(0));
                            })
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> 5 * types.inputSize(0))
                    .onnx(
                            "MeanVarianceNormalization",
                            9,
                            a ->
                                    new MeanVarianceNormalization(
                                            a.integers("axes", Longs.of(0L, 2L, 3L))))
                    .build();

    @Override
    public OpDef<MeanVarianceNormalization> def() {
        return DEF;
    }

    private Tensor evaluate(EvalContext in) {
        var data = in.tensor(0);
        var members = new boolean[data.rank()];
        axes.stream().forEach(axis -> members[Nd.axis(axis, data.rank())] = true);
        var result = Tensor.zeros(data.dtype(), data.dims());
        var groups = Groups.of(data, members);
        groups.each(
                (_, start) -> {
                    var moments = Moments.of(groups.doubles(start));
                    double deviation = Math.sqrt(moments.variance()) + EPSILON;
                    groups.members(
                            start,
                            at ->
                                    result.setDouble(
                                            at, (data.getDouble(at) - moments.mean()) / deviation));
                });
        return result;
    }
}

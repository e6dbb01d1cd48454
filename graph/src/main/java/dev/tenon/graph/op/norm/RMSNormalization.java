package dev.tenon.graph.op.norm;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;

/// Divides the elements along the axes from one on by the root of their mean square, then scales
/// them (ONNX `RMSNormalization`): `x / sqrt(mean(x²) + epsilon) · scale`.
///
/// Inputs: the data, and the scale, which broadcasts to the data.
///
/// @param stashType the precision in which files ask for the statistics; here it is `float64`
///   always
public record RMSNormalization(int axis, float epsilon, DType stashType) implements Norm {
    public static final OpDef<RMSNormalization> DEF =
            OpDef.of(RMSNormalization.class)
                    .inputs(2)
                    .infer((op, in) -> Softmaxes.infer(op.axis, in))
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .flops((op, types) -> 4 * types.inputSize(0))
                    .onnx(
                            "RMSNormalization",
                            23,
                            a ->
                                    new RMSNormalization(
                                            a.axis("axis", -1),
                                            a.number("epsilon", 1e-5f),
                                            a.dtype("stash_type", DType.FLOAT32)))
                    .build();

    @Override
    public OpDef<RMSNormalization> def() {
        return DEF;
    }

    private Tensor evaluate(EvalContext in) {
        var data = in.tensor(0);
        var normalized = new double[Math.toIntExact(data.size())];
        var groups = Groups.from(data, Nd.axis(axis, data.rank()));
        groups.each(
                (_, start) -> {
                    var members = groups.doubles(start);
                    double squares = Arrays.stream(members).map(v -> v * v).sum();
                    double root = Math.sqrt(squares / members.length + epsilon);
                    groups.members(start, at -> normalized[(int) at] = data.getDouble(at) / root);
                });
        return Scaling.apply(normalized, data, in.tensor(1), null);
    }
}

package dev.tenon.graph.op.norm;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Groups;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import java.util.List;

/// Normalises the elements along the axes from one on by their mean and variance, then scales and
/// shifts them (ONNX `LayerNormalization`).
///
/// Inputs: the data, the scale, and optionally the bias; scale and bias broadcast to the data.
/// Outputs: the result, and optionally the mean and the inverse standard deviation, of the data's
/// shape with extent 1 on the normalised axes.
///
/// @param stashType the dtype of the second and third output
public record LayerNormalization(int axis, float epsilon, DType stashType) implements Norm {
    public static final OpDef<LayerNormalization> DEF =
            OpDef.of(LayerNormalization.class)
                    .inputs(2, 3)
                    .outputs(1, 3)
                    .infer(LayerNormalization::infer)
                    .reference(LayerNormalization::evaluate)
                    .flops((op, types) -> 8 * types.inputSize(0))
                    .onnx(
                            "LayerNormalization",
                            17,
                            a ->
                                    new LayerNormalization(
                                            a.axis("axis", -1),
                                            a.number("epsilon", 1e-5f),
                                            a.dtype("stash_type", DType.FLOAT32)))
                    .build();

    @Override
    public OpDef<LayerNormalization> def() {
        return DEF;
    }

    private static List<Type> infer(LayerNormalization op, InferContext in) {
        var shape = in.shape(0);
        var statistics = shape;
        if (shape.isRanked()) {
            for (int axis = in.axis(op.axis, shape.rank()); axis < shape.rank(); axis++) {
                statistics = statistics.with(axis, Dim.ONE);
            }
        }
        return List.of(
                in.tensor(0),
                Type.tensor(op.stashType, statistics),
                Type.tensor(op.stashType, statistics));
    }

    private static List<Tensor> evaluate(LayerNormalization op, EvalContext in) {
        var data = in.tensor(0);
        int first = Nd.axis(op.axis, data.rank());
        var statisticDims = data.dims();
        Arrays.fill(statisticDims, first, statisticDims.length, 1);
        var mean = Tensor.zeros(op.stashType, statisticDims);
        var inverseDeviation = Tensor.zeros(op.stashType, statisticDims);
        var normalized = new double[Math.toIntExact(data.size())];
        var groups = Groups.from(data, first);
        groups.each(
                (group, start) -> {
                    var moments = Moments.of(groups.doubles(start));
                    mean.setDouble(group, moments.mean());
                    inverseDeviation.setDouble(
                            group, 1 / Math.sqrt(moments.variance() + op.epsilon));
                    groups.members(
                            start,
                            at ->
                                    normalized[(int) at] =
                                            moments.normalize(data.getDouble(at), op.epsilon));
                });
        var result = Scaling.apply(normalized, data, in.tensor(1), in.optionalTensor(2));
        return List.of(result, mean, inverseDeviation);
    }
}

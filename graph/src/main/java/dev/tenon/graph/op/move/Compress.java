package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The slices of an axis that a condition picks (ONNX `Compress`).
///
/// Inputs: the data, and a list of booleans; where it is shorter than the axis, the rest is left
/// out.
///
/// @param axis null for the elements of the flattened data
public record Compress(@Nullable Integer axis) implements Move {
    public static final OpDef<Compress> DEF =
            OpDef.of(Compress.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(Compress::evaluate)
                    .flops((op, types) -> 0)
                    .onnx(
                            "Compress",
                            9,
                            a ->
                                    new Compress(
                                            a.has("axis")
                                                    ? Integer.valueOf(a.axis("axis", 0))
                                                    : null))
                    .build();

    @Override
    public OpDef<Compress> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        var condition = in.constant(1);
        var count = condition == null ? in.unknown() : Dim.of(picked(condition).length);
        if (axis == null) {
            return Shape.of(count);
        }
        var data = in.shape(0);
        return data.isRanked() ? data.with(in.axis(axis, data.rank()), count) : data;
    }

    private static long[] picked(Tensor condition) {
        return LongStream.range(0, condition.size()).filter(condition::getBoolean).toArray();
    }

    private static List<Tensor> evaluate(Compress op, EvalContext in) {
        var whole = in.tensor(0);
        var data = op.axis == null ? whole.reshape(whole.size()) : whole;
        int along = op.axis == null ? 0 : Nd.axis(op.axis, data.rank());
        long[] picked = picked(in.tensor(1));
        var dims = data.dims();
        long extent = dims[along];
        if (picked.length > 0 && picked[picked.length - 1] >= extent) {
            throw new InputException(
                    Problem.of("the condition picks beyond the end")
                            .expected("at most " + extent + " booleans")
                            .got(in.tensor(1).size()));
        }
        long outer = Nd.size(dims, 0, along);
        long inner = Nd.size(dims, along + 1, dims.length);
        dims[along] = picked.length;
        var result = Tensor.zeros(data.dtype(), dims);
        for (long i = 0; i < outer; i++) {
            for (int j = 0; j < picked.length; j++) {
                Strided.copy(
                        data,
                        (i * extent + picked[j]) * inner,
                        result,
                        (i * picked.length + j) * inner,
                        inner);
            }
        }
        return List.of(result);
    }
}

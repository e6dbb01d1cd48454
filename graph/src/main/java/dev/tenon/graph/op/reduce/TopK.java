package dev.tenon.graph.op.reduce;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.ElementOrder;
import dev.tenon.graph.op.Lanes;
import dev.tenon.graph.op.Nd;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/// The k largest (or smallest) elements along an axis, and their positions as `int64` (ONNX
/// `TopK`).
///
/// Inputs: the data, and k as an `int64` of one element. Of equal elements, the one with the
/// smaller position comes first; NaN is larger than any number. The results are in order whether or
/// not [#sorted] asks for it.
public record TopK(int axis, boolean largest, boolean sorted) implements Reduce {
    public static final OpDef<TopK> DEF =
            OpDef.of(TopK.class)
                    .inputs(2)
                    .outputs(1, 2)
                    .infer(TopK::infer)
                    .reference(TopK::evaluate)
                    .flops((op, types) -> types.inputSize(0))
                    .onnx(
                            "TopK",
                            11,
                            a ->
                                    new TopK(
                                            a.axis("axis", -1),
                                            a.flag("largest", true),
                                            a.flag("sorted", true)))
                    .build();

    @Override
    public OpDef<TopK> def() {
        return DEF;
    }

    private static List<Type> infer(TopK op, InferContext in) {
        in.requireDtype(1, DType.INT64);
        var shape = in.shape(0);
        if (shape.isRanked()) {
            var k = in.content(1);
            int axis = in.axis(op.axis, shape.rank());
            shape = shape.with(axis, k == null || k.size() != 1 ? in.unknown() : k.getFirst());
        }
        return List.of(Type.tensor(in.dtype(0), shape), Type.tensor(DType.INT64, shape));
    }

    private static List<Tensor> evaluate(TopK op, EvalContext in) {
        var data = in.tensor(0);
        long k = in.tensor(1).getLong(0);
        var dims = data.dims();
        int axis = Nd.axis(op.axis, dims.length);
        var lanes = Lanes.of(dims, axis);
        if (k < 0 || k > lanes.length()) {
            throw new InputException(
                    Problem.of("k is not a number of elements of the axis")
                            .expected("0 to " + lanes.length())
                            .got(k));
        }
        dims[axis] = k;
        var values = Tensor.zeros(data.dtype(), dims);
        var indices = Tensor.zeros(DType.INT64, dims);
        var results = new Lanes(lanes.outer(), k, lanes.inner());
        for (long lane = 0; lane < lanes.count(); lane++) {
            long start = lanes.start(lane);
            Comparator<Long> ascending =
                    (a, b) ->
                            ElementOrder.compare(
                                    data, start + a * lanes.inner(), start + b * lanes.inner());
            var best =
                    LongStream.range(0, lanes.length())
                            .boxed()
                            .sorted(op.largest ? ascending.reversed() : ascending)
                            .limit(k)
                            .toList();
            for (int i = 0; i < k; i++) {
                values.copyElement(results.at(lane, i), data, lanes.at(lane, best.get(i)));
                indices.setLong(results.at(lane, i), best.get(i));
            }
        }
        return List.of(values, indices);
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.ElementOrder;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The different elements, or slices of an axis (ONNX `Unique`).
///
/// Outputs: each of them once; where each stands first; for each position, which one it is; and how
/// often each occurs.
///
/// @param axis null for the elements of the flattened input
/// @param sorted whether they come in ascending order, else in the order of their first occurrences
public record Unique(@Nullable Integer axis, boolean sorted) implements Move {
    public static final OpDef<Unique> DEF =
            OpDef.of(Unique.class)
                    .outputs(1, 4)
                    .infer(Unique::infer)
                    .reference(Unique::evaluate)
                    .noGradient("which elements are equal does not change smoothly")
                    .onnx(
                            "Unique",
                            11,
                            a ->
                                    new Unique(
                                            a.has("axis")
                                                    ? Integer.valueOf(a.axis("axis", 0))
                                                    : null,
                                            a.flag("sorted", true)))
                    .build();

    @Override
    public OpDef<Unique> def() {
        return DEF;
    }

    private static List<Type> infer(Unique op, InferContext in) {
        var data = in.shape(0);
        var count = in.unknown();
        var positions =
                !data.isRanked()
                        ? in.unknown()
                        : op.axis == null ? data.size() : data.dim(in.axis(op.axis, data.rank()));
        var result =
                op.axis == null
                        ? Shape.of(count)
                        : data.isRanked() ? data.with(in.axis(op.axis, data.rank()), count) : data;
        var counts = Type.tensor(DType.INT64, Shape.of(count));
        return List.of(
                Type.tensor(in.dtype(0), result),
                counts,
                Type.tensor(DType.INT64, Shape.of(positions)),
                counts);
    }

    private static List<Tensor> evaluate(Unique op, EvalContext in) {
        var whole = in.tensor(0);
        var data = op.axis == null ? whole.reshape(whole.size()) : whole;
        int axis = op.axis == null ? 0 : Nd.axis(op.axis, data.rank());
        var rows = sliceRows(data, axis);
        long length = rows.dim(1);
        // Equal slices stand together, in the order of their positions.
        var groups = new ArrayList<List<Long>>();
        LongStream.range(0, rows.dim(0))
                .boxed()
                .sorted((a, b) -> ElementOrder.compare(rows, a * length, b * length, length))
                .forEach(
                        position -> {
                            if (groups.isEmpty()
                                    || ElementOrder.compare(
                                                    rows,
                                                    groups.getLast().getFirst() * length,
                                                    position * length,
                                                    length)
                                            != 0) {
                                groups.add(new ArrayList<>());
                            }
                            groups.getLast().add(position);
                        });
        if (!op.sorted) {
            groups.sort(Comparator.comparing(List::getFirst));
        }
        return outputs(data, axis, groups);
    }

    /// A row a slice of the axis.
    private static Tensor sliceRows(Tensor data, int axis) {
        var dims = data.dims();
        long outer = Nd.size(dims, 0, axis);
        long inner = Nd.size(dims, axis + 1, dims.length);
        return Strided.read(
                        data,
                        0,
                        new long[] {inner, dims[axis] * inner, 1},
                        dims[axis],
                        outer,
                        inner)
                .reshape(dims[axis], outer * inner);
    }

    private static List<Tensor> outputs(Tensor data, int axis, List<List<Long>> groups) {
        var firsts = Tensor.zeros(DType.INT64, groups.size());
        var inverse = Tensor.zeros(DType.INT64, data.dim(axis));
        var counts = Tensor.zeros(DType.INT64, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            firsts.setLong(i, groups.get(i).getFirst());
            counts.setLong(i, groups.get(i).size());
            for (long position : groups.get(i)) {
                inverse.setLong(position, i);
            }
        }
        return List.of(Gather.gather(data, firsts, axis), firsts, inverse, counts);
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Leaves out axes of extent 1 (ONNX `Squeeze`).
///
/// Inputs: the data, and optionally the axes; without them, all axes of extent 1.
public record Squeeze() implements Move {
    public static final OpDef<Squeeze> DEF =
            OpDef.of(Squeeze.class)
                    .inputs(1, 2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .content((op, in) -> in.content(0))
                    .reference(Squeeze::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Squeeze", 13, a -> new Squeeze())
                    .build();

    @Override
    public OpDef<Squeeze> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        if (!in.has(1)) {
            return data.dims().stream().allMatch(Dim::isKnown)
                    ? squeeze(data, null)
                    : Shape.unranked();
        }
        var axes = in.integers(1);
        if (axes != null) {
            return squeeze(data, axes);
        }
        return in.shape(1).isRanked() && in.shape(1).size() instanceof Dim.Known(var count)
                ? in.unknownShape((int) (data.rank() - count))
                : Shape.unranked();
    }

    private static List<Tensor> evaluate(Squeeze op, EvalContext in) {
        var data = in.tensor(0);
        var axes = in.optionalTensor(1);
        var shape = squeeze(data.shape(), axes == null ? null : Longs.of(axes.toLongs()));
        return List.of(data.reshape(shape.toLongs()));
    }

    /// The shape without the axes. Their extents are not looked at: an axis of another extent may
    /// be left out in a branch that is never taken.
    private static Shape squeeze(Shape data, @Nullable Longs axes) {
        var left = new ArrayList<>(data.dims());
        if (axes == null) {
            left.removeIf(d -> d.is(1));
            return Shape.of(left);
        }
        int[] sorted = axes.stream().mapToInt(a -> Nd.axis(a, data.rank())).sorted().toArray();
        for (int i = sorted.length - 1; i >= 0; i--) {
            left.remove(sorted[i]);
        }
        return Shape.of(left);
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.GraphException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
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

/// Ranges of some axes (ONNX `Slice`).
///
/// Inputs: the data; starts and ends, which count from the end where negative and are clamped;
/// optionally the axes (else the first ones) and the steps (else 1), which may be negative.
public record Slice() implements Move {
    public static final OpDef<Slice> DEF =
            OpDef.of(Slice.class)
                    .inputs(3, 5)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .content(Slice::content)
                    .reference(Slice::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Slice", 10, a -> new Slice())
                    .build();

    @Override
    public OpDef<Slice> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        in.requireRank(1, 1, 1);
        for (int i = 1; i < in.inputs(); i++) {
            if (in.has(i)) {
                in.requireDtype(i, DType.INT32, DType.INT64);
                if (in.shape(1).isRanked() && in.shape(1).dim(0) instanceof Dim.Known(var count)) {
                    in.requireLength(i, count);
                }
            }
        }
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        var axes = axes(in);
        if (axes == null) {
            return in.unknownShape(data.rank());
        }
        var result = data;
        for (int i = 0; i < axes.size(); i++) {
            int axis = in.axis(axes.get(i), data.rank());
            var range = range(in, i, data.dim(axis));
            result = result.with(axis, range == null ? in.unknown() : range.count());
        }
        return result;
    }

    /// The sliced axes; null where they are given at run time.
    private static @Nullable Longs axes(InferContext in) {
        if (in.has(3)) {
            return in.integers(3);
        }
        return in.shape(1).isRanked() && in.shape(1).size() instanceof Dim.Known(var count)
                ? Longs.range(0, count)
                : null;
    }

    private static @Nullable SliceRange range(InferContext in, int index, Dim extent) {
        var starts = in.content(1);
        var ends = in.content(2);
        var steps = in.has(4) ? in.integers(4) : Longs.filled(index + 1, 1);
        return starts == null || ends == null || steps == null
                ? null
                : SliceRange.of(
                        extent, starts.get(index), ends.get(index), nonZero(steps.get(index)));
    }

    private static @Nullable List<Dim> content(Slice op, InferContext in) {
        var content = in.content(0);
        if (content == null || in.has(3) && !axisIsFirst(in.integers(3))) {
            return null;
        }
        var range = range(in, 0, Dim.of(content.size()));
        if (range == null
                || !(range.start() instanceof Dim.Known(var start))
                || !(range.count() instanceof Dim.Known(var count))) {
            return null;
        }
        var part = new ArrayList<Dim>();
        for (int i = 0; i < count; i++) {
            part.add(content.get((int) (start + i * range.step())));
        }
        return part;
    }

    private static boolean axisIsFirst(@Nullable Longs axes) {
        return axes != null && axes.size() == 1 && (axes.get(0) == 0 || axes.get(0) == -1);
    }

    private static List<Tensor> evaluate(Slice op, EvalContext in) {
        var data = in.tensor(0);
        long[] starts = in.tensor(1).toLongs();
        long[] ends = in.tensor(2).toLongs();
        long[] axes = in.has(3) ? in.tensor(3).toLongs() : Longs.range(0, starts.length).toArray();
        long[] steps =
                in.has(4) ? in.tensor(4).toLongs() : Longs.filled(starts.length, 1).toArray();
        var dims = data.dims();
        var strides = Nd.strides(dims);
        long start = 0;
        for (int i = 0; i < axes.length; i++) {
            int axis = Nd.axis(axes[i], data.rank());
            var range = SliceRange.of(data.dim(axis), starts[i], ends[i], nonZero(steps[i]));
            dims[axis] = range.count().known().orElseThrow();
            start += range.start().known().orElseThrow() * strides[axis];
            strides[axis] *= steps[i];
        }
        return List.of(Strided.read(data, start, strides, dims));
    }

    private static long nonZero(long step) {
        if (step == 0) {
            throw new GraphException(Problem.of("a step of 0 gets nowhere"));
        }
        return step;
    }
}

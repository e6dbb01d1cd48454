package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Longs;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Adds elements before and after along some axes (ONNX `Pad`).
///
/// Inputs: the data; how many before each axis and then after each, negative ones taking elements
/// away; optionally the constant to fill with (else 0) and the axes (else all).
public record Pad(Mode mode) implements Move {
    /// What the new elements are.
    public enum Mode {
        CONSTANT,
        /// Mirrored at the first and the last element, which are not repeated.
        REFLECT,
        /// The nearest element.
        EDGE,
        /// As if the tensor were repeated.
        WRAP;

        /// The name in ONNX.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The position that is read for one that may be outside of the axis; -1 for the constant.
        public long source(long position, long extent) {
            if (position >= 0 && position < extent) {
                return position;
            }
            if (extent == 0 && this != CONSTANT) {
                throw new InputException(
                        Problem.of("nothing to fill with: an axis to be padded is empty")
                                .advice("Pad it in mode constant"));
            }
            return switch (this) {
                case CONSTANT -> -1;
                case EDGE -> position < 0 ? 0 : extent - 1;
                case WRAP -> Math.floorMod(position, extent);
                case REFLECT -> {
                    long last = extent - 1;
                    yield last == 0 ? 0 : last - Math.abs(Math.floorMod(position, 2 * last) - last);
                }
            };
        }
    }

    public static final OpDef<Pad> DEF =
            OpDef.of(Pad.class)
                    .inputs(2, 4)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .reference(Pad::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Pad", 18, a -> new Pad(a.choice("mode", Mode.CONSTANT)))
                    .build();

    @Override
    public OpDef<Pad> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        in.requireRank(1, 1, 1);
        if (in.has(3)
                && in.shape(3).isRanked()
                && in.shape(3).size() instanceof Dim.Known(var count)) {
            in.requireLength(1, 2 * count);
        }
        var data = in.shape(0);
        if (!data.isRanked()) {
            return data;
        }
        var axes = in.has(3) ? in.integers(3) : Longs.range(0, data.rank());
        var pads = in.content(1);
        if (axes == null) {
            return in.unknownShape(data.rank());
        }
        in.requireLength(1, 2L * axes.size());
        var shape = data;
        for (int i = 0; i < axes.size(); i++) {
            int axis = in.axis(axes.get(i), data.rank());
            var extent =
                    pads == null
                            ? in.unknown()
                            : data.dim(axis).plus(pads.get(i)).plus(pads.get(axes.size() + i));
            shape = shape.with(axis, extent);
        }
        return shape;
    }

    private static List<Tensor> evaluate(Pad op, EvalContext in) {
        var data = in.tensor(0);
        long[] pads = in.tensor(1).toLongs();
        var fill = in.optionalTensor(2);
        long[] axes = in.has(3) ? in.tensor(3).toLongs() : Longs.range(0, data.rank()).toArray();
        var before = new long[data.rank()];
        var dims = data.dims();
        for (int i = 0; i < axes.length; i++) {
            int axis = Nd.axis(axes[i], data.rank());
            before[axis] = pads[i];
            dims[axis] += pads[i] + pads[axes.length + i];
        }
        return List.of(op.pad(data, before, dims, fill));
    }

    /// The elements of `data` with `before` new ones before each axis, in a tensor of extents
    /// `dims`.
    Tensor pad(Tensor data, long[] before, long[] dims, @Nullable Tensor fill) {
        var result = Tensor.zeros(data.dtype(), dims);
        var strides = Nd.strides(data.dims());
        var index = new long[1];
        Nd.walk(
                dims,
                at -> {
                    long from = 0;
                    for (int axis = 0; axis < dims.length && from >= 0; axis++) {
                        long source = mode.source(at[axis] - before[axis], data.dim(axis));
                        from = source < 0 ? -1 : from + source * strides[axis];
                    }
                    if (from >= 0) {
                        result.copyElement(index[0], data, from);
                    } else if (fill != null) {
                        result.copyElement(index[0], fill, 0);
                    }
                    index[0]++;
                });
        return result;
    }
}

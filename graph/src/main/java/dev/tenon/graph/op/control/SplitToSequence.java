package dev.tenon.graph.op.control;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Strided;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts a tensor along an axis into a sequence (ONNX `SplitToSequence`).
///
/// Inputs: the data, and optionally the extents of the parts: a vector gives each, a scalar gives
/// one for all, the last part taking what remains. Without it, each part has extent 1.
///
/// @param keepdims whether the axis stays where the extents are not given
public record SplitToSequence(int axis, boolean keepdims) implements Control {
    public static final OpDef<SplitToSequence> DEF =
            OpDef.of(SplitToSequence.class)
                    .inputs(1, 2)
                    .infer(SplitToSequence::infer)
                    .reference((op, in) -> List.of(op.evaluate(in)))
                    .noGradient("gradients do not pass through sequences")
                    .flops((op, types) -> 0)
                    .onnx(
                            "SplitToSequence",
                            11,
                            a -> new SplitToSequence(a.axis("axis", 0), a.flag("keepdims", true)))
                    .build();

    @Override
    public OpDef<SplitToSequence> def() {
        return DEF;
    }

    private static List<Type> infer(SplitToSequence op, InferContext in) {
        var shape = in.shape(0);
        if (shape.isRanked()) {
            int along = in.axis(op.axis, shape.rank());
            if (in.has(1)) {
                shape = shape.with(along, in.unknown());
            } else if (op.keepdims) {
                shape = shape.with(along, Dim.ONE);
            } else {
                var dims = new ArrayList<>(shape.dims());
                dims.remove(along);
                shape = Shape.of(dims);
            }
        }
        return List.of(new Type.OfSequence(Type.tensor(in.dtype(0), shape)));
    }

    private Datum evaluate(EvalContext in) {
        var data = in.tensor(0);
        int along = Nd.axis(axis, data.rank());
        var parts = new ArrayList<Datum>();
        long from = 0;
        for (long extent : extents(in, data.dim(along))) {
            var part = Strided.slice(data, along, from, extent);
            boolean squeeze = !in.has(1) && !keepdims;
            parts.add(squeeze ? part.reshape(Nd.without(part.dims(), along)) : part);
            from += extent;
        }
        return new Datum.OfSequence(Type.tensor(data.dtype(), Shape.unranked()), parts);
    }

    private static long[] extents(EvalContext in, long length) {
        var split = in.optionalTensor(1);
        if (split != null && split.rank() == 1) {
            var extents = split.toLongs();
            if (Arrays.stream(extents).anyMatch(e -> e < 0)
                    || Arrays.stream(extents).sum() != length) {
                throw new InputException(
                        Problem.of("the parts do not fill the axis")
                                .expected(length)
                                .got(Arrays.toString(extents)));
            }
            return extents;
        }
        long extent = split == null ? 1 : split.getLong(0);
        if (extent <= 0) {
            throw new InputException(
                    Problem.of("a part has no extent").expected("at least 1").got(extent));
        }
        var extents = new long[Math.toIntExact(Math.ceilDiv(length, extent))];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = Math.min(extent, length - i * extent);
        }
        return extents;
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Crops or pads with zeros around the centre (ONNX `CenterCropPad`).
///
/// Inputs: the data, and the wanted extents of the axes. Where the difference is odd, the end is
/// cropped or padded by one more.
///
/// @param axes null for all
public record CenterCropPad(@Nullable Longs axes) implements Move {
    public static final OpDef<CenterCropPad> DEF =
            OpDef.of(CenterCropPad.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .reference(CenterCropPad::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("CenterCropPad", 18, a -> new CenterCropPad(a.optionalIntegers("axes")))
                    .build();

    @Override
    public OpDef<CenterCropPad> def() {
        return DEF;
    }

    private Longs axes(int rank) {
        return axes == null ? Longs.range(0, rank) : axes;
    }

    private Shape shape(InferContext in) {
        var shape = in.shape(0);
        if (!shape.isRanked()) {
            return shape;
        }
        var wanted = in.content(1);
        var changed = axes(shape.rank());
        in.requireLength(1, changed.size());
        for (int i = 0; i < changed.size(); i++) {
            int axis = in.axis(changed.get(i), shape.rank());
            shape = shape.with(axis, wanted == null ? in.unknown() : wanted.get(i));
        }
        return shape;
    }

    private static List<Tensor> evaluate(CenterCropPad op, EvalContext in) {
        var data = in.tensor(0);
        var dims = data.dims();
        var before = new long[dims.length];
        var changed = op.axes(dims.length);
        for (int i = 0; i < changed.size(); i++) {
            int axis = Nd.axis(changed.get(i), dims.length);
            long wanted = in.tensor(1).getLong(i);
            before[axis] = (wanted - dims[axis]) / 2;
            dims[axis] = wanted;
        }
        return List.of(new Pad(Pad.Mode.CONSTANT).pad(data, before, dims, null));
    }
}

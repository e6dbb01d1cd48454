package dev.tenon.graph.op.generate;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;

/// Vectors that are on at one position and off elsewhere, along a new axis (ONNX `OneHot`).
///
/// Inputs: indices of any shape, negative ones counted from the end, others out of range nowhere
/// on; the depth, one number; the values off and on.
///
/// @param axis where the new axis stands in the output
public record OneHot(int axis) implements Generate {
    public static final OpDef<OneHot> DEF =
            OpDef.of(OneHot.class)
                    .inputs(3)
                    .infer(OneHot::infer)
                    .reference(OneHot::evaluate)
                    .noGradient("indices are no continuous numbers")
                    .flops((op, types) -> 0)
                    .onnx("OneHot", 9, a -> new OneHot(a.axis("axis", -1)))
                    .build();

    @Override
    public OpDef<OneHot> def() {
        return DEF;
    }

    private static List<Type> infer(OneHot op, InferContext in) {
        in.requireRank(1, 0, 1);
        in.requireRank(2, 1, 1);
        var indices = in.shape(0);
        if (!indices.isRanked()) {
            return List.of(Type.tensor(in.dtype(2), Shape.unranked()));
        }
        var dims = new ArrayList<Dim>(indices.dims());
        dims.add(in.axis(op.axis, indices.rank() + 1), depth(in));
        return List.of(Type.tensor(in.dtype(2), Shape.of(dims)));
    }

    private static Dim depth(InferContext in) {
        var content = in.content(1);
        if (content != null && content.size() == 1) {
            return content.getFirst();
        }
        var constant = in.constant(1);
        return constant != null && constant.size() == 1
                ? Dim.of(constant.getLong(0))
                : in.unknown();
    }

    private static List<Tensor> evaluate(OneHot op, EvalContext in) {
        var indices = in.tensor(0);
        long depth = in.tensor(1).getLong(0);
        var values = in.tensor(2);
        int axis = Nd.axis(op.axis, indices.rank() + 1);
        var dims = new long[indices.rank() + 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i == axis ? depth : indices.dim(i < axis ? i : i - 1);
        }
        var result = Tensor.zeros(values.dtype(), dims);
        long inner = Nd.size(dims, axis + 1, dims.length);
        for (long i = 0; i < result.size(); i++) {
            long position = i / inner % depth;
            long index = indices.getLong(i / inner / depth * inner + i % inner);
            boolean on = position == (index < 0 ? index + depth : index);
            result.copyElement(i, values, on ? 1 : 0);
        }
        return List.of(result);
    }
}

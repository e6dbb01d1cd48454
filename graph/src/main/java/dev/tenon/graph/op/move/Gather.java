package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Slices of an axis, picked by index (ONNX `Gather`).
///
/// Inputs: the data and the indices, negative ones counting from the end. The axis is replaced by
/// those of the indices.
public record Gather(int axis) implements Move {
    public static final OpDef<Gather> DEF =
            OpDef.of(Gather.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), op.shape(in))))
                    .content(Gather::content)
                    .reference(
                            (op, in) -> {
                                var data = in.tensor(0);
                                return List.of(
                                        gather(data, in.tensor(1), Nd.axis(op.axis, data.rank())));
                            })
                    .flops((op, types) -> 0)
                    .onnx("Gather", 1, a -> new Gather(a.axis("axis", 0)))
                    .build();

    @Override
    public OpDef<Gather> def() {
        return DEF;
    }

    private Shape shape(InferContext in) {
        var data = in.shape(0);
        var indices = in.shape(1);
        if (!data.isRanked() || !indices.isRanked()) {
            return Shape.unranked();
        }
        var dims = new ArrayList<>(data.dims());
        int at = in.axis(axis, dims.size());
        dims.remove(at);
        dims.addAll(at, indices.dims());
        return Shape.of(dims);
    }

    private static @Nullable List<Dim> content(Gather op, InferContext in) {
        var content = in.content(0);
        var indices = in.integers(1);
        if (content == null || indices == null) {
            return null;
        }
        var picked = new ArrayList<Dim>();
        for (int i = 0; i < indices.size(); i++) {
            long index = indices.get(i);
            if (index < -content.size() || index >= content.size()) {
                // Stands in a branch that is never taken, or fails when it is run.
                return null;
            }
            picked.add(content.get((int) (index < 0 ? index + content.size() : index)));
        }
        return picked;
    }

    /// Slices of an axis, picked by index.
    static Tensor gather(Tensor data, Tensor indices, int axis) {
        var dataDims = data.dims();
        long outer = Nd.size(dataDims, 0, axis);
        long inner = Nd.size(dataDims, axis + 1, data.rank());
        var dims = new ArrayList<>(data.shape().dims());
        dims.remove(axis);
        dims.addAll(axis, indices.shape().dims());
        var result = Tensor.zeros(data.dtype(), Shape.of(dims).toLongs());
        for (long i = 0; i < outer; i++) {
            for (long j = 0; j < indices.size(); j++) {
                long from = i * dataDims[axis] + Indices.get(indices, j, dataDims[axis]);
                Strided.copy(data, from * inner, result, (i * indices.size() + j) * inner, inner);
            }
        }
        return result;
    }
}

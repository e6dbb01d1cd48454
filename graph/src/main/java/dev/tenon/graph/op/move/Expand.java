package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.Inference;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Broadcasts to a shape (ONNX `Expand`).
///
/// Inputs: the data, and a shape; where that is 1 or has fewer axes, the data's extents stay.
public record Expand() implements Move {
    public static final OpDef<Expand> DEF =
            OpDef.of(Expand.class)
                    .inputs(2)
                    .infer((op, in) -> List.of(Type.tensor(in.dtype(0), shape(in))))
                    .content(Expand::content)
                    .reference(Expand::evaluate)
                    .flops((op, types) -> 0)
                    .onnx("Expand", 8, a -> new Expand())
                    .build();

    @Override
    public OpDef<Expand> def() {
        return DEF;
    }

    private static Shape shape(InferContext in) {
        var wanted = in.content(1);
        if (wanted != null) {
            return in.shape(0).broadcast(Shape.of(wanted));
        }
        var length = in.shape(1).isRanked() ? in.shape(1).size() : in.unknown();
        return length instanceof Dim.Known(var rank)
                ? in.shape(0).broadcast(in.unknownShape((int) rank))
                : Shape.unranked();
    }

    private static @Nullable List<Dim> content(Expand op, InferContext in) {
        var content = in.content(0);
        if (content == null
                || !(shape(in).size() instanceof Dim.Known(var count))
                || count > Inference.MAX_CONTENT) {
            return null;
        }
        return content.size() == 1 ? Collections.nCopies((int) count, content.getFirst()) : content;
    }

    private static List<Tensor> evaluate(Expand op, EvalContext in) {
        var data = in.tensor(0);
        long[] dims = Nd.broadcast(data.dims(), in.tensor(1).toLongs());
        return List.of(Strided.read(data, 0, Nd.broadcastStrides(data.dims(), dims), dims));
    }
}

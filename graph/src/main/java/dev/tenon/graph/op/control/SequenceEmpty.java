package dev.tenon.graph.op.control;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Shape;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// A sequence of no tensors (ONNX `SequenceEmpty`).
public record SequenceEmpty(DType dtype) implements Control {
    public static final OpDef<SequenceEmpty> DEF =
            OpDef.of(SequenceEmpty.class)
                    .inputs(0)
                    .infer((op, in) -> List.of(new Type.OfSequence(op.element())))
                    .reference((op, in) -> List.of(new Datum.OfSequence(op.element(), List.of())))
                    .noGradient("gradients do not pass through sequences")
                    .flops((op, types) -> 0)
                    .onnx(
                            "SequenceEmpty",
                            11,
                            a -> new SequenceEmpty(a.dtype("dtype", DType.FLOAT32)))
                    .build();

    @Override
    public OpDef<SequenceEmpty> def() {
        return DEF;
    }

    private Type element() {
        return Type.tensor(dtype, Shape.unranked());
    }
}

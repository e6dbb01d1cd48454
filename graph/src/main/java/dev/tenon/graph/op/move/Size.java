package dev.tenon.graph.op.move;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.OpDef;
import java.util.List;

/// The number of elements (ONNX `Size`).
public record Size() implements Move {
    public static final OpDef<Size> DEF =
            OpDef.of(Size.class)
                    .infer((op, in) -> List.of(Type.scalar(DType.INT64)))
                    .content(
                            (op, in) -> in.shape(0).isRanked() ? List.of(in.shape(0).size()) : null)
                    .reference((op, in) -> List.of(Tensor.scalar(in.tensor(0).size())))
                    .noGradient("the number of elements does not depend on them")
                    .flops((op, types) -> 0)
                    .onnx("Size", 1, a -> new Size())
                    .build();

    @Override
    public OpDef<Size> def() {
        return DEF;
    }
}

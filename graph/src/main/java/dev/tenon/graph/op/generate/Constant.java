package dev.tenon.graph.op.generate;

import dev.tenon.base.Tensor;
import dev.tenon.graph.OpDef;
import java.util.List;

/// A tensor known beforehand: a weight or any other constant (ONNX `Constant` and initialisers).
public record Constant(Tensor value) implements Generate {
    public static final OpDef<Constant> DEF =
            OpDef.of(Constant.class)
                    .inputs(0, 0)
                    .outputs(1, 1)
                    .infer((op, in) -> List.of(op.value.type()))
                    .reference((op, in) -> List.of(op.value))
                    .noGradient("a constant has no inputs")
                    .flops((op, types) -> 0)
                    .onnx("Constant", 13, a -> new Constant(a.constantValue()))
                    .build();

    @Override
    public OpDef<Constant> def() {
        return DEF;
    }
}

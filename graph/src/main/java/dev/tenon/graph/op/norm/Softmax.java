package dev.tenon.graph.op.norm;

import dev.tenon.graph.OpDef;

/// Each line along an axis made positive with sum 1: `exp(x) / sum(exp(x))` (ONNX `Softmax`).
public record Softmax(int axis) implements Norm {
    public static final OpDef<Softmax> DEF =
            OpDef.of(Softmax.class)
                    .infer((op, in) -> Softmaxes.infer(op.axis, in))
                    .reference((op, in) -> Softmaxes.evaluate(op.axis, in, Softmaxes::softmax))
                    .flops((op, types) -> 5 * types.inputSize(0))
                    .onnx("Softmax", 13, a -> new Softmax(a.axis("axis", -1)))
                    .build();

    @Override
    public OpDef<Softmax> def() {
        return DEF;
    }
}

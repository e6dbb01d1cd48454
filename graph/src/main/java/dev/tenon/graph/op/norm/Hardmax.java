package dev.tenon.graph.op.norm;

import dev.tenon.graph.OpDef;

/// 1 at the first largest element of each line along an axis, 0 elsewhere (ONNX `Hardmax`).
public record Hardmax(int axis) implements Norm {
    public static final OpDef<Hardmax> DEF =
            OpDef.of(Hardmax.class)
                    .infer((op, in) -> Softmaxes.infer(op.axis, in))
                    .reference((op, in) -> Softmaxes.evaluate(op.axis, in, Softmaxes::hardmax))
                    .noGradient("a position does not change smoothly")
                    .flops((op, types) -> types.inputSize(0))
                    .onnx("Hardmax", 13, a -> new Hardmax(a.axis("axis", -1)))
                    .build();

    @Override
    public OpDef<Hardmax> def() {
        return DEF;
    }
}

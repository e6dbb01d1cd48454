package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// Numbers below a least one become that, numbers above a greatest one become that (ONNX `Clip`).
///
/// Inputs: the operand, and optionally the least and the greatest number. Where the least is
/// greater than the greatest, all become the greatest.
public record Clip() implements Formula {
    public static final OpDef<Clip> DEF =
            Formulas.define(OpDef.of(Clip.class))
                    .inputs(1, 3)
                    .onnx("Clip", 11, a -> new Clip())
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var result = Scalar.arg(0);
        if (present.length > 1 && present[1]) {
            result = result.max(Scalar.arg(1));
        }
        if (present.length > 2 && present[2]) {
            result = result.min(Scalar.arg(2));
        }
        return result;
    }

    @Override
    public Domain domain() {
        return Domain.NUMBER;
    }

    @Override
    public OpDef<Clip> def() {
        return DEF;
    }
}

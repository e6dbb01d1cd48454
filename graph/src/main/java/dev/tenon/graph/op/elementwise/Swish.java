package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `x · sigmoid(alpha · x)` (ONNX `Swish`).
public record Swish(float alpha) implements Formula {
    public static final OpDef<Swish> DEF =
            Formulas.define(OpDef.of(Swish.class))
                    .onnx("Swish", 24, a -> new Swish(a.number("alpha", 1)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        return x.times(Unary.sigmoid(x.times(alpha)));
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<Swish> def() {
        return DEF;
    }
}

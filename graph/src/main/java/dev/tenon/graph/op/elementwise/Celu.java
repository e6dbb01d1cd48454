package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `max(0, x) + min(0, alpha · (e^(x / alpha) - 1))` (ONNX `Celu`).
public record Celu(float alpha) implements Formula {
    public static final OpDef<Celu> DEF =
            Formulas.define(OpDef.of(Celu.class))
                    .onnx("Celu", 12, a -> new Celu(a.number("alpha", 1)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        var negative = x.over(alpha).expm1().times(alpha);
        return x.max(constant(0)).plus(negative.min(constant(0)));
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<Celu> def() {
        return DEF;
    }
}

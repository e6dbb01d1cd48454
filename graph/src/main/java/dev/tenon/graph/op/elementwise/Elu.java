package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `x` where it is not negative, `alpha · (eˣ - 1)` elsewhere (ONNX `Elu`).
public record Elu(float alpha) implements Formula {
    public static final OpDef<Elu> DEF =
            Formulas.define(OpDef.of(Elu.class))
                    .onnx("Elu", 6, a -> new Elu(a.number("alpha", 1)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        return select(x.less(constant(0)), x.expm1().times(alpha), x);
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<Elu> def() {
        return DEF;
    }
}

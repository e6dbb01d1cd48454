package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `x` where it is not negative, `alpha · x` elsewhere (ONNX `LeakyRelu`).
public record LeakyRelu(float alpha) implements Formula {
    public static final OpDef<LeakyRelu> DEF =
            Formulas.define(OpDef.of(LeakyRelu.class))
                    .onnx("LeakyRelu", 6, a -> new LeakyRelu(a.number("alpha", 0.01f)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        return select(x.less(constant(0)), x.times(alpha), x);
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<LeakyRelu> def() {
        return DEF;
    }
}

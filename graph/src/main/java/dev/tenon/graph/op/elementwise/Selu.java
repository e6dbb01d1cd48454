package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `gamma · x` where it is positive, `gamma · alpha · (eˣ - 1)` elsewhere (ONNX `Selu`).
public record Selu(float alpha, float gamma) implements Formula {
    public static final OpDef<Selu> DEF =
            Formulas.define(OpDef.of(Selu.class))
                    .onnx(
                            "Selu",
                            6,
                            a ->
                                    new Selu(
                                            a.number("alpha", 1.67326319217681884765625f),
                                            a.number("gamma", 1.05070102214813232421875f)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        return select(x.lessOrEqual(constant(0)), x.expm1().times(alpha), x).times(gamma);
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<Selu> def() {
        return DEF;
    }
}

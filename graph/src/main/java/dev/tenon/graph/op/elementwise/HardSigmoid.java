package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `alpha · x + beta`, between 0 and 1 (ONNX `HardSigmoid`).
public record HardSigmoid(float alpha, float beta) implements Formula {
    public static final OpDef<HardSigmoid> DEF =
            Formulas.define(OpDef.of(HardSigmoid.class))
                    .onnx(
                            "HardSigmoid",
                            6,
                            a -> new HardSigmoid(a.number("alpha", 0.2f), a.number("beta", 0.5f)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        return expression(Scalar.arg(0), alpha, beta);
    }

    static Scalar expression(Scalar x, double alpha, double beta) {
        return x.times(alpha).plus(beta).min(constant(1)).max(constant(0));
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<HardSigmoid> def() {
        return DEF;
    }
}

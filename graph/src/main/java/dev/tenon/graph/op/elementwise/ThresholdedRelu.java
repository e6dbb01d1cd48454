package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `x` where it is greater than `alpha`, 0 elsewhere (ONNX `ThresholdedRelu`).
public record ThresholdedRelu(float alpha) implements Formula {
    public static final OpDef<ThresholdedRelu> DEF =
            Formulas.define(OpDef.of(ThresholdedRelu.class))
                    .onnx("ThresholdedRelu", 10, a -> new ThresholdedRelu(a.number("alpha", 1)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        return select(constant(alpha).less(x), x, constant(0));
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public OpDef<ThresholdedRelu> def() {
        return DEF;
    }
}

package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// `x + bias` below `-lambd`, `x - bias` above `lambd`, 0 between (ONNX `Shrink`).
public record Shrink(float lambd, float bias) implements Formula {
    public static final OpDef<Shrink> DEF =
            Formulas.define(OpDef.of(Shrink.class))
                    .onnx(
                            "Shrink",
                            9,
                            a -> new Shrink(a.number("lambd", 0.5f), a.number("bias", 0)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        var above = select(constant(lambd).less(x), x.minus(bias), constant(0));
        return select(x.less(constant(-lambd)), x.plus(bias), above);
    }

    @Override
    public Domain domain() {
        return Domain.NUMBER;
    }

    @Override
    public OpDef<Shrink> def() {
        return DEF;
    }
}

package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.constant;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;

/// Whether a number is infinite (ONNX `IsInf`).
///
/// @param detectNegative whether negative infinity counts
/// @param detectPositive whether positive infinity counts
public record IsInf(boolean detectNegative, boolean detectPositive) implements Formula {
    public static final OpDef<IsInf> DEF =
            Formulas.define(OpDef.of(IsInf.class))
                    .onnx(
                            "IsInf",
                            10,
                            a ->
                                    new IsInf(
                                            a.flag("detect_negative", true),
                                            a.flag("detect_positive", true)))
                    .build();

    @Override
    public Scalar expression(boolean... present) {
        var x = Scalar.arg(0);
        var negative = detectNegative ? x.equal(constant(Double.NEGATIVE_INFINITY)) : constant(0);
        var positive = detectPositive ? x.equal(constant(Double.POSITIVE_INFINITY)) : constant(0);
        return Scalar.apply(Scalar.BinaryFunction.OR, negative, positive);
    }

    @Override
    public Domain domain() {
        return Domain.FLOAT;
    }

    @Override
    public boolean isPredicate() {
        return true;
    }

    @Override
    public OpDef<IsInf> def() {
        return DEF;
    }
}

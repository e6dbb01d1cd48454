package dev.tenon.graph.op.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.graph.OpDef;
import java.util.function.BinaryOperator;

/// Functions of any number of operands: a fold over all of them.
public enum Variadic implements Formula {
    MAX("Max", 6, Domain.NUMBER, Scalar::max),
    MEAN("Mean", 6, Domain.FLOAT, Scalar::plus),
    MIN("Min", 6, Domain.NUMBER, Scalar::min),
    SUM("Sum", 6, Domain.NUMBER, Scalar::plus);

    private final Domain domain;
    private final BinaryOperator<Scalar> fold;
    private final OpDef<Variadic> def;

    Variadic(String name, int since, Domain domain, BinaryOperator<Scalar> fold) {
        this.domain = domain;
        this.fold = fold;
        this.def =
                Formulas.define(OpDef.<Variadic>named(name))
                        .inputs(1, OpDef.MANY)
                        .onnx(name, since, a -> this)
                        .build();
    }

    @Override
    public Scalar expression(boolean... present) {
        var result = Scalar.arg(0);
        for (int i = 1; i < present.length; i++) {
            result = fold.apply(result, Scalar.arg(i));
        }
        return this == MEAN ? result.over(present.length) : result;
    }

    @Override
    public Domain domain() {
        return domain;
    }

    @Override
    public OpDef<Variadic> def() {
        return def;
    }
}

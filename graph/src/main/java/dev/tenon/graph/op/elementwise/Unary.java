package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.apply;
import static dev.tenon.base.Scalar.constant;

import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.graph.OpDef;
import java.util.function.UnaryOperator;

/// Functions of one operand without attributes.
///
/// A row: the name, the first opset version of today's form, the dtypes taken, the function.
/// Source: the ONNX operators of these names.
public enum Unary implements Formula {
    ABS("Abs", 6, Domain.NUMBER, UnaryFunction.ABS),
    ACOS("Acos", 7, Domain.FLOAT, UnaryFunction.ACOS),
    ACOSH("Acosh", 9, Domain.FLOAT, UnaryFunction.ACOSH),
    ASIN("Asin", 7, Domain.FLOAT, UnaryFunction.ASIN),
    ASINH("Asinh", 9, Domain.FLOAT, UnaryFunction.ASINH),
    ATAN("Atan", 7, Domain.FLOAT, UnaryFunction.ATAN),
    ATANH("Atanh", 9, Domain.FLOAT, UnaryFunction.ATANH),
    BITWISE_NOT("BitwiseNot", 18, Domain.INTEGER, UnaryFunction.BIT_NOT),
    CEIL("Ceil", 6, Domain.FLOAT, UnaryFunction.CEIL),
    COS("Cos", 7, Domain.FLOAT, UnaryFunction.COS),
    COSH("Cosh", 9, Domain.FLOAT, UnaryFunction.COSH),
    ERF("Erf", 9, Domain.NUMBER, UnaryFunction.ERF),
    EXP("Exp", 6, Domain.FLOAT, UnaryFunction.EXP),
    FLOOR("Floor", 6, Domain.FLOAT, UnaryFunction.FLOOR),
    HARD_SWISH(
            "HardSwish", 14, Domain.FLOAT, x -> x.times(HardSigmoid.expression(x, 1.0 / 6, 0.5))),
    IS_NAN("IsNaN", 9, Domain.FLOAT, UnaryFunction.IS_NAN),
    LOG("Log", 6, Domain.FLOAT, UnaryFunction.LOG),
    MISH("Mish", 18, Domain.FLOAT, x -> x.times(softplus(x).tanh())),
    NEG("Neg", 6, Domain.NUMBER, UnaryFunction.NEGATE),
    NOT("Not", 1, Domain.BOOLEAN, UnaryFunction.NOT),
    RECIPROCAL("Reciprocal", 6, Domain.FLOAT, x -> constant(1).over(x)),
    RELU("Relu", 6, Domain.NUMBER, x -> x.max(constant(0))),
    ROUND("Round", 11, Domain.FLOAT, UnaryFunction.ROUND),
    SIGMOID("Sigmoid", 6, Domain.FLOAT, x -> sigmoid(x)),
    SIGN("Sign", 9, Domain.NUMBER, UnaryFunction.SIGN),
    SIN("Sin", 7, Domain.FLOAT, UnaryFunction.SIN),
    SINH("Sinh", 9, Domain.FLOAT, UnaryFunction.SINH),
    SOFTPLUS("Softplus", 1, Domain.FLOAT, x -> softplus(x)),
    SOFTSIGN("Softsign", 1, Domain.FLOAT, x -> x.over(x.abs().plus(1))),
    SQRT("Sqrt", 6, Domain.FLOAT, UnaryFunction.SQRT),
    TAN("Tan", 7, Domain.FLOAT, UnaryFunction.TAN),
    TANH("Tanh", 6, Domain.FLOAT, UnaryFunction.TANH);

    private final Domain domain;
    private final Scalar expression;
    private final OpDef<Unary> def;

    Unary(String name, int since, Domain domain, UnaryFunction function) {
        this(name, since, domain, x -> apply(function, x));
    }

    Unary(String name, int since, Domain domain, UnaryOperator<Scalar> function) {
        this.domain = domain;
        this.expression = function.apply(Scalar.arg(0));
        this.def = Formulas.define(OpDef.<Unary>named(name)).onnx(name, since, a -> this).build();
    }

    /// 1 / (1 + e⁻ˣ).
    static Scalar sigmoid(Scalar x) {
        return constant(1).over(x.negate().exp().plus(1));
    }

    /// log(1 + eˣ), without overflow.
    static Scalar softplus(Scalar x) {
        return x.max(constant(0)).plus(x.abs().negate().exp().log1p());
    }

    @Override
    public Scalar expression(boolean... present) {
        return expression;
    }

    @Override
    public Domain domain() {
        return domain;
    }

    @Override
    public boolean isPredicate() {
        return this == IS_NAN;
    }

    @Override
    public OpDef<Unary> def() {
        return def;
    }
}

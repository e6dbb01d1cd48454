package dev.tenon.graph.op.elementwise;

import static dev.tenon.base.Scalar.apply;
import static dev.tenon.base.Scalar.constant;
import static dev.tenon.base.Scalar.select;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Tensor;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.OpDef;
import dev.tenon.graph.op.Nd;
import java.util.List;
import java.util.function.BinaryOperator;

/// Functions of two operands without attributes.
///
/// A row: the name, the first opset version of today's form, the dtypes taken, the function.
/// Source: the ONNX operators of these names.
public enum Binary implements Formula {
    ADD("Add", 7, Domain.NUMBER, BinaryFunction.ADD),
    AND("And", 7, Domain.BOOLEAN, BinaryFunction.AND),
    BITWISE_AND("BitwiseAnd", 18, Domain.INTEGER, BinaryFunction.BIT_AND),
    BITWISE_OR("BitwiseOr", 18, Domain.INTEGER, BinaryFunction.BIT_OR),
    BITWISE_XOR("BitwiseXor", 18, Domain.INTEGER, BinaryFunction.BIT_XOR),
    DIV("Div", 7, Domain.NUMBER, BinaryFunction.DIVIDE),
    EQUAL("Equal", 7, Domain.ANY, BinaryFunction.EQUAL),
    GREATER("Greater", 7, Domain.NUMBER, (x, y) -> y.less(x)),
    GREATER_OR_EQUAL("GreaterOrEqual", 12, Domain.NUMBER, (x, y) -> y.lessOrEqual(x)),
    LESS("Less", 7, Domain.NUMBER, BinaryFunction.LESS),
    LESS_OR_EQUAL("LessOrEqual", 12, Domain.NUMBER, BinaryFunction.LESS_OR_EQUAL),
    MUL("Mul", 7, Domain.NUMBER, BinaryFunction.MULTIPLY),
    OR("Or", 7, Domain.BOOLEAN, BinaryFunction.OR),
    POW("Pow", 7, Domain.NUMBER, BinaryFunction.POWER),
    PRELU("PRelu", 7, Domain.NUMBER, (x, slope) -> select(x.less(constant(0)), x.times(slope), x)),
    SUB("Sub", 7, Domain.NUMBER, BinaryFunction.SUBTRACT),
    XOR("Xor", 7, Domain.BOOLEAN, BinaryFunction.XOR);

    private final Domain domain;
    private final Scalar expression;
    private final OpDef<Binary> def;

    Binary(String name, int since, Domain domain, BinaryFunction function) {
        this(name, since, domain, (x, y) -> apply(function, x, y));
    }

    Binary(String name, int since, Domain domain, BinaryOperator<Scalar> function) {
        this.domain = domain;
        this.expression = function.apply(Scalar.arg(0), Scalar.arg(1));
        this.def =
                Formulas.define(OpDef.<Binary>named(name))
                        .inputs(2)
                        .reference(Binary::evaluate)
                        .onnx(name, since, a -> this)
                        .build();
    }

    private static List<Tensor> evaluate(Binary op, EvalContext in) {
        return in.tensor(0).dtype() == DType.STRING
                ? List.of(equalStrings(in.tensor(0), in.tensor(1)))
                : Formulas.evaluate(op, in);
    }

    private static Tensor equalStrings(Tensor a, Tensor b) {
        var dims = Nd.broadcast(a.dims(), b.dims());
        var result = Tensor.zeros(DType.BOOL, dims);
        long[][] strides = {
            Nd.broadcastStrides(a.dims(), dims), Nd.broadcastStrides(b.dims(), dims)
        };
        Nd.walk(
                dims,
                strides,
                (index, offsets) ->
                        result.setLong(
                                index,
                                a.getString(offsets[0]).equals(b.getString(offsets[1])) ? 1 : 0));
        return result;
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
    public boolean mixesTypes() {
        return this == POW;
    }

    @Override
    public boolean isPredicate() {
        return switch (this) {
            case EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
            default -> false;
        };
    }

    @Override
    public OpDef<Binary> def() {
        return def;
    }
}

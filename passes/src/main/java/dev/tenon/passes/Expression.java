package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.fused.Map;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an element-wise node computes for one element, on its way into a fused operator.
///
/// @param scalar over the elements of the operands
/// @param operands in the order of the arguments, each once
record Expression(Scalar scalar, List<Value> operands) {
    /// Longer expressions are not made: operands that are read twice double them.
    private static final int MAX_OPERATIONS = 64;

    /// As many operands as a kernel has pointers for.
    private static final int MAX_OPERANDS = 6;

    Expression {
        operands = List.copyOf(operands);
    }

    /// The expression of a node whose elements are `f32`, or booleans on the way to them; null for
    /// others.
    ///
    /// Constants of one element become numbers where the rank of the result does not depend on
    /// them.
    static @Nullable Expression of(@Nullable Node node) {
        if (node == null || node.outputs().size() != 1 || !isElement(node.output())) {
            return null;
        }
        return switch (node.op()) {
            case Formula formula -> of(formula.expression(node), node);
            case Map(var scalar) -> of(scalar, node);
            default -> null;
        };
    }

    private static @Nullable Expression of(Scalar scalar, Node node) {
        int rank = Match.rank(node.output());
        boolean ranked =
                node.inputs().stream().anyMatch(v -> !isNumber(v) && Match.rank(v) == rank);
        var operands = new ArrayList<Value>();
        var args = new ArrayList<Scalar>();
        for (var input : node.inputs()) {
            var constant = input.constant();
            if (constant != null && isNumber(input) && ranked) {
                args.add(Scalar.constant(constant.getDouble(0)));
            } else if (!input.isPresent()) {
                args.add(Scalar.constant(0));
            } else if (isElement(input)) {
                args.add(argument(input, operands));
            } else {
                return null;
            }
        }
        return new Expression(scalar.replace(args::get), operands);
    }

    private static boolean isNumber(Value value) {
        var constant = value.constant();
        return constant != null
                && constant.size() == 1
                && (constant.dtype().isFloat() || constant.dtype().isInteger());
    }

    private static boolean isElement(Value value) {
        return value.type() instanceof Type.OfTensor(var dtype, var shape)
                && (dtype == DType.FLOAT32 || dtype == DType.BOOL)
                && shape.isRanked();
    }

    private static Scalar argument(Value value, List<Value> operands) {
        int at = operands.indexOf(value);
        if (at < 0) {
            at = operands.size();
            operands.add(value);
        }
        return Scalar.arg(at);
    }

    /// This expression with what makes an operand in the operand's place; null where it would be
    /// too long.
    @Nullable Expression inline(Value operand, Expression inner) {
        var all = new ArrayList<Value>();
        var innerArgs = inner.operands.stream().map(v -> argument(v, all)).toList();
        var replacement = inner.scalar.replace(innerArgs::get);
        var args = new ArrayList<Scalar>();
        for (var each : operands) {
            args.add(each == operand ? replacement : argument(each, all));
        }
        return all.size() > MAX_OPERANDS || isTooLong(args)
                ? null
                : new Expression(scalar.replace(args::get), all);
    }

    /// Whether the expression is too long with these in the arguments' places.
    private boolean isTooLong(List<Scalar> args) {
        return operations(scalar, args) > MAX_OPERATIONS;
    }

    private static int operations(Scalar scalar, List<Scalar> args) {
        return switch (scalar) {
            case Scalar.Arg(int index) -> args.get(index).operations();
            case Scalar.Constant _ -> 0;
            case Scalar.Unary(var _, var x) -> 1 + operations(x, args);
            case Scalar.Binary(var _, var x, var y) ->
                    1 + operations(x, args) + operations(y, args);
            case Scalar.Select(var condition, var x, var y) ->
                    1 + operations(condition, args) + operations(x, args) + operations(y, args);
        };
    }

    /// The expression with an operand as its first argument.
    Expression withFirst(Value operand) {
        var all = new ArrayList<Value>(List.of(operand));
        var args = operands.stream().map(v -> argument(v, all)).toList();
        return new Expression(scalar.replace(args::get), all);
    }
}

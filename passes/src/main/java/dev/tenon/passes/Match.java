package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.reduce.Fold;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Questions that rules ask about nodes and values.
final class Match {
    /// How far a constant may be from the number that it stands for: files round to single
    /// precision.
    private static final double CLOSE = 1e-6;

    /// How far back the sign of a value is looked for.
    private static final int DEPTH = 4;

    private Match() {}

    /// The two operands of a commutative operator, in the order that a rule looks for.
    record Operands(Value one, Value other) {}

    /// The one number that all elements of a constant are; empty where the value is none.
    static OptionalDouble scalar(Value value) {
        var tensor = value.constant();
        return tensor != null && tensor.dtype().isFloat() && tensor.size() == 1
                ? OptionalDouble.of(tensor.getDouble(0))
                : OptionalDouble.empty();
    }

    /// Whether a value is a constant of one element, which is the number up to rounding.
    static boolean is(Value value, double number) {
        var scalar = scalar(value);
        return scalar.isPresent()
                && Math.abs(scalar.getAsDouble() - number) <= CLOSE * Math.abs(number);
    }

    /// The operand beside the given one of a binary node; null where the node does not read it, or
    /// twice.
    static @Nullable Value beside(Node node, Value operand) {
        boolean first = node.input(0) == operand;
        return first == (node.input(1) == operand) ? null : node.input(first ? 1 : 0);
    }

    /// The operand that a commutative binary node takes beside a constant close to a number; null
    /// where it does not.
    static @Nullable Value besideNumber(@Nullable Node node, Binary op, double number) {
        if (node == null || node.op() != op) {
            return null;
        }
        return is(node.input(1), number)
                ? node.input(0)
                : is(node.input(0), number) ? node.input(1) : null;
    }

    /// What a value is multiplied by a number of: `x` for `x · n` and `x / (1 / n)`; null for
    /// others.
    static @Nullable Value multiple(@Nullable Node node, double number) {
        if (node != null && node.op() == Binary.DIV) {
            return is(node.input(1), 1 / number) ? node.input(0) : null;
        }
        return besideNumber(node, Binary.MUL, number);
    }

    static boolean isFloat(Value value) {
        return value.type() instanceof Type.OfTensor(var dtype, _) && dtype.isFloat();
    }

    /// Whether a value is of single or double precision, in which constants are folded into
    /// weights.
    static boolean isWide(Value value) {
        return value.type() instanceof Type.OfTensor(var dtype, _)
                && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64);
    }

    /// The shape, unranked where the value is no tensor.
    static Shape shape(Value value) {
        return value.type() instanceof Type.OfTensor(_, var shape) ? shape : Shape.unranked();
    }

    /// The number of axes; -1 where it is not known.
    static int rank(Value value) {
        var shape = shape(value);
        return shape.isRanked() ? shape.rank() : -1;
    }

    /// Whether two values have the same dtype and, as far as can be told, the same shape.
    static boolean sameType(Value a, Value b) {
        return shape(a).isRanked() && a.type().equals(b.type());
    }

    /// Whether no element of a value is negative, by what makes it; NaN may be among them.
    static boolean isNonNegative(Value value, RuleContext context) {
        return isNonNegative(value, context, 0);
    }

    private static boolean isNonNegative(Value value, RuleContext context, int depth) {
        var scalar = scalar(value);
        if (scalar.isPresent()) {
            return scalar.getAsDouble() >= 0;
        }
        var node = context.producer(value);
        if (node == null || depth == DEPTH) {
            return false;
        }
        return switch (node.op()) {
            case Unary op ->
                    switch (op) {
                        case ABS, EXP, RELU, SIGMOID, SOFTPLUS, SQRT -> true;
                        default -> false;
                    };
            case Softmax _ -> true;
            case Binary op when op == Binary.MUL && node.input(0) == node.input(1) -> true;
            case Binary op when op == Binary.POW && is(node.input(1), 2) -> true;
            case Binary op when op == Binary.ADD || op == Binary.MUL || op == Binary.DIV ->
                    isNonNegative(node.input(0), context, depth + 1)
                            && isNonNegative(node.input(1), context, depth + 1);
            case Fold.ReduceMean _, Fold.ReduceSum _, Fold.ReduceMax _, GlobalAveragePool _ ->
                    isNonNegative(node.input(0), context, depth + 1);
            default -> false;
        };
    }

    /// Whether all elements of a tensor are finite.
    static boolean isFinite(Tensor tensor) {
        for (long i = 0; i < tensor.size(); i++) {
            if (!Double.isFinite(tensor.getDouble(i))) {
                return false;
            }
        }
        return true;
    }
}

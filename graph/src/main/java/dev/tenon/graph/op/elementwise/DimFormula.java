package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Scalar;
import dev.tenon.base.ScalarMath;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Evaluates scalar expressions over symbolic extents: how shape arithmetic goes through
/// element-wise operators.
final class DimFormula {
    private DimFormula() {}

    /// The value, or null where it depends on what the symbols are.
    static @Nullable Dim evaluate(Scalar expression, List<Dim> args) {
        return switch (expression) {
            case Scalar.Arg(int index) -> args.get(index);
            case Scalar.Constant(double value) ->
                    value == (long) value ? Dim.of((long) value) : null;
            case Scalar.Unary(var function, var x) -> {
                var a = evaluate(x, args);
                yield a == null ? null : apply(function, a);
            }
            case Scalar.Binary(var function, var x, var y) -> {
                var a = evaluate(x, args);
                var b = evaluate(y, args);
                yield a == null || b == null ? null : apply(function, a, b);
            }
            case Scalar.Select(var condition, var then, var otherwise) -> {
                var decided = evaluate(condition, args);
                yield decided instanceof Dim.Known(long value)
                        ? evaluate(value != 0 ? then : otherwise, args)
                        : null;
            }
        };
    }

    /// The extents as elements of a dtype; null where one may not fit it.
    static @Nullable List<Dim> in(DType dtype, @Nullable List<Dim> dims) {
        return dims != null && dims.stream().allMatch(d -> fits(dtype, d)) ? dims : null;
    }

    private static boolean fits(DType dtype, Dim dim) {
        if (dim instanceof Dim.Known(long value)) {
            return dtype == DType.BOOL
                    ? value == 0 || value == 1
                    : value >= dtype.minInteger()
                            && (dtype.bits() == 64 || value <= dtype.maxInteger());
        }
        return dtype.isInteger()
                && dtype.bits() >= 32
                && (dtype.isSigned() || dim.isNeverNegative());
    }

    private static @Nullable Dim apply(Scalar.UnaryFunction function, Dim x) {
        if (x instanceof Dim.Known(long value)) {
            return Dim.of(ScalarMath.apply(function, false, value));
        }
        return switch (function) {
            case NEGATE -> x.times(-1);
            case ABS -> x.isNeverNegative() ? x : null;
            default -> null;
        };
    }

    private static @Nullable Dim apply(Scalar.BinaryFunction function, Dim x, Dim y) {
        if (x instanceof Dim.Known(long a) && y instanceof Dim.Known(long b)) {
            return Dim.of(ScalarMath.apply(function, false, a, b));
        }
        return switch (function) {
            case ADD -> x.plus(y);
            case SUBTRACT -> x.minus(y);
            case MULTIPLY -> x.times(y);
            case DIVIDE -> isPositive(y) && x.isNeverNegative() ? x.floorDiv(y) : null;
            case FLOOR_MOD -> isPositive(y) ? x.mod(y) : null;
            case TRUNCATE_MOD -> isPositive(y) && x.isNeverNegative() ? x.mod(y) : null;
            case MIN -> x.min(y);
            case MAX -> x.max(y);
            case EQUAL ->
                    x.equals(y)
                            ? Dim.ONE
                            : isPositive(x.minus(y)) || isPositive(y.minus(x)) ? Dim.ZERO : null;
            case LESS ->
                    isPositive(y.minus(x))
                            ? Dim.ONE
                            : x.minus(y).isNeverNegative() ? Dim.ZERO : null;
            case LESS_OR_EQUAL ->
                    y.minus(x).isNeverNegative()
                            ? Dim.ONE
                            : isPositive(x.minus(y)) ? Dim.ZERO : null;
            default -> null;
        };
    }

    private static boolean isPositive(Dim dim) {
        return dim.minus(1).isNeverNegative();
    }
}

package dev.tenon.base;

/// The evaluator of [Scalar] expressions, and the functions that `java.lang.Math` lacks.
public final class ScalarMath {
    private ScalarMath() {}

    static double evaluate(Scalar expression, double[] args) {
        return switch (expression) {
            case Scalar.Arg(int index) -> args[index];
            case Scalar.Constant(double value) -> value;
            case Scalar.Unary(var function, var x) -> apply(function, evaluate(x, args));
            case Scalar.Binary(var function, var x, var y) ->
                    apply(function, evaluate(x, args), evaluate(y, args));
            case Scalar.Select(var condition, var then, var otherwise) ->
                    evaluate(evaluate(condition, args) != 0 ? then : otherwise, args);
        };
    }

    static long evaluate(Scalar expression, boolean unsigned, long[] args) {
        return switch (expression) {
            case Scalar.Arg(int index) -> args[index];
            case Scalar.Constant(double value) -> (long) value;
            case Scalar.Unary(var function, var x) ->
                    apply(function, unsigned, evaluate(x, unsigned, args));
            case Scalar.Binary(var function, var x, var y) ->
                    apply(
                            function,
                            unsigned,
                            evaluate(x, unsigned, args),
                            evaluate(y, unsigned, args));
            case Scalar.Select(var condition, var then, var otherwise) ->
                    evaluate(
                            evaluate(condition, unsigned, args) != 0 ? then : otherwise,
                            unsigned,
                            args);
        };
    }

    public static double apply(Scalar.UnaryFunction function, double x) {
        return switch (function) {
            case NEGATE -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case SQRT -> Math.sqrt(x);
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case TAN -> Math.tan(x);
            case ASIN -> Math.asin(x);
            case ACOS -> Math.acos(x);
            case ATAN -> Math.atan(x);
            case SINH -> Math.sinh(x);
            case COSH -> Math.cosh(x);
            case TANH -> Math.tanh(x);
            case ASINH -> asinh(x);
            case ACOSH -> acosh(x);
            case ATANH -> atanh(x);
            case ERF -> Erf.erf(x);
            case NOT -> x == 0 ? 1 : 0;
            case BIT_NOT -> ~(long) x;
            case IS_NAN -> Double.isNaN(x) ? 1 : 0;
            case IS_INFINITE -> Double.isInfinite(x) ? 1 : 0;
        };
    }

    public static long apply(Scalar.UnaryFunction function, boolean unsigned, long x) {
        return switch (function) {
            case NEGATE -> -x;
            case ABS -> unsigned ? x : Math.abs(x);
            case SIGN -> unsigned ? (x == 0 ? 0 : 1) : Long.signum(x);
            case FLOOR, CEIL, ROUND -> x;
            case NOT -> x == 0 ? 1 : 0;
            case BIT_NOT -> ~x;
            case IS_NAN, IS_INFINITE -> 0;
            default -> (long) apply(function, (double) x);
        };
    }

    public static double apply(Scalar.BinaryFunction function, double x, double y) {
        return switch (function) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case POWER -> Math.pow(x, y);
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case FLOOR_MOD -> floorMod(x, y);
            case TRUNCATE_MOD -> x % y;
            case EQUAL -> x == y ? 1 : 0;
            case LESS -> x < y ? 1 : 0;
            case LESS_OR_EQUAL -> x <= y ? 1 : 0;
            case AND -> x != 0 && y != 0 ? 1 : 0;
            case OR -> x != 0 || y != 0 ? 1 : 0;
            case XOR -> (x != 0) != (y != 0) ? 1 : 0;
            case BIT_AND, BIT_OR, BIT_XOR, SHIFT_LEFT, SHIFT_RIGHT ->
                    apply(function, false, (long) x, (long) y);
        };
    }

    public static long apply(Scalar.BinaryFunction function, boolean unsigned, long x, long y) {
        return switch (function) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> y == 0 ? 0 : unsigned ? Long.divideUnsigned(x, y) : x / y;
            case POWER -> power(x, y);
            case MIN -> compare(unsigned, x, y) <= 0 ? x : y;
            case MAX -> compare(unsigned, x, y) >= 0 ? x : y;
            case FLOOR_MOD ->
                    y == 0 ? 0 : unsigned ? Long.remainderUnsigned(x, y) : Math.floorMod(x, y);
            case TRUNCATE_MOD -> y == 0 ? 0 : unsigned ? Long.remainderUnsigned(x, y) : x % y;
            case EQUAL -> x == y ? 1 : 0;
            case LESS -> compare(unsigned, x, y) < 0 ? 1 : 0;
            case LESS_OR_EQUAL -> compare(unsigned, x, y) <= 0 ? 1 : 0;
            case AND -> x != 0 && y != 0 ? 1 : 0;
            case OR -> x != 0 || y != 0 ? 1 : 0;
            case XOR -> (x != 0) != (y != 0) ? 1 : 0;
            case BIT_AND -> x & y;
            case BIT_OR -> x | y;
            case BIT_XOR -> x ^ y;
            case SHIFT_LEFT -> y < 0 || y > 63 ? 0 : x << y;
            case SHIFT_RIGHT -> y < 0 || y > 63 ? 0 : x >>> y;
        };
    }

    private static int compare(boolean unsigned, long x, long y) {
        return unsigned ? Long.compareUnsigned(x, y) : Long.compare(x, y);
    }

    private static double floorMod(double x, double y) {
        double remainder = x % y;
        return remainder != 0 && remainder < 0 != y < 0 ? remainder + y : remainder;
    }

    /// `x` to the power of an integer, modulo 2⁶⁴; negative exponents truncate.
    private static long power(long x, long y) {
        if (y < 0) {
            return x == 1 ? 1 : x == -1 ? ((y & 1) == 0 ? 1 : -1) : 0;
        }
        long result = 1;
        long square = x;
        for (long rest = y; rest != 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        double result =
                a > 0x1p28
                        ? Math.log(a) + Math.log(2)
                        : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
        return Math.copySign(result, x);
    }

    static double acosh(double x) {
        double t = x - 1;
        return x > 0x1p28 ? Math.log(x) + Math.log(2) : Math.log1p(t + Math.sqrt(t * (t + 2)));
    }

    static double atanh(double x) {
        return 0.5 * Math.log1p(2 * x / (1 - x));
    }
}

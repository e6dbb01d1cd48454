package dev.tenon.base;

import java.util.function.IntFunction;

/// An expression over scalars: what an element-wise operator computes for one element.
///
/// The tree *is* the definition of the operator; the evaluator, the kernels and the machine code
/// are all made from it. Booleans are 0 and 1. The same tree is evaluated in `double` for
/// floating-point elements and in `long` for integers and booleans.
public sealed interface Scalar {
    /// The element of the n-th input.
    record Arg(int index) implements Scalar {}

    record Constant(double value) implements Scalar {}

    record Unary(UnaryFunction function, Scalar x) implements Scalar {}

    record Binary(BinaryFunction function, Scalar x, Scalar y) implements Scalar {}

    /// `then` where the condition is not 0, `otherwise` elsewhere; only the chosen side counts.
    record Select(Scalar condition, Scalar then, Scalar otherwise) implements Scalar {}

    /// Functions of one number. Those without a meaning for integers are evaluated in `double`.
    enum UnaryFunction {
        NEGATE,
        ABS,
        /// -1, 0 or 1; NaN of NaN.
        SIGN,
        FLOOR,
        CEIL,
        /// To the nearest integer, ties to even.
        ROUND,
        SQRT,
        EXP,
        /// eˣ - 1, exact near 0.
        EXPM1,
        LOG,
        /// The logarithm of 1 + x, exact near 0.
        LOG1P,
        SIN,
        COS,
        TAN,
        ASIN,
        ACOS,
        ATAN,
        SINH,
        COSH,
        TANH,
        ASINH,
        ACOSH,
        ATANH,
        ERF,
        /// 1 where the number is 0, else 0.
        NOT,
        BIT_NOT,
        IS_NAN,
        IS_INFINITE
    }

    /// Functions of two numbers. Comparisons give 1 or 0.
    enum BinaryFunction {
        ADD,
        SUBTRACT,
        MULTIPLY,
        /// Truncating for integers.
        DIVIDE,
        POWER,
        /// NaN when either is NaN.
        MIN,
        /// NaN when either is NaN.
        MAX,
        /// The remainder with the divisor's sign.
        FLOOR_MOD,
        /// The remainder with the dividend's sign (C `fmod`).
        TRUNCATE_MOD,
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        AND,
        OR,
        XOR,
        BIT_AND,
        BIT_OR,
        BIT_XOR,
        SHIFT_LEFT,
        /// Shifts in zeros from the left.
        SHIFT_RIGHT
    }

    static Scalar arg(int index) {
        return new Arg(index);
    }

    static Scalar constant(double value) {
        return new Constant(value);
    }

    static Scalar apply(UnaryFunction function, Scalar x) {
        return new Unary(function, x);
    }

    static Scalar apply(BinaryFunction function, Scalar x, Scalar y) {
        return new Binary(function, x, y);
    }

    static Scalar select(Scalar condition, Scalar then, Scalar otherwise) {
        return new Select(condition, then, otherwise);
    }

    default Scalar plus(Scalar y) {
        return apply(BinaryFunction.ADD, this, y);
    }

    default Scalar plus(double y) {
        return plus(constant(y));
    }

    default Scalar minus(Scalar y) {
        return apply(BinaryFunction.SUBTRACT, this, y);
    }

    default Scalar minus(double y) {
        return minus(constant(y));
    }

    default Scalar times(Scalar y) {
        return apply(BinaryFunction.MULTIPLY, this, y);
    }

    default Scalar times(double y) {
        return times(constant(y));
    }

    default Scalar over(Scalar y) {
        return apply(BinaryFunction.DIVIDE, this, y);
    }

    default Scalar over(double y) {
        return over(constant(y));
    }

    default Scalar power(Scalar y) {
        return apply(BinaryFunction.POWER, this, y);
    }

    default Scalar min(Scalar y) {
        return apply(BinaryFunction.MIN, this, y);
    }

    default Scalar max(Scalar y) {
        return apply(BinaryFunction.MAX, this, y);
    }

    default Scalar less(Scalar y) {
        return apply(BinaryFunction.LESS, this, y);
    }

    default Scalar lessOrEqual(Scalar y) {
        return apply(BinaryFunction.LESS_OR_EQUAL, this, y);
    }

    default Scalar equal(Scalar y) {
        return apply(BinaryFunction.EQUAL, this, y);
    }

    default Scalar not() {
        return apply(UnaryFunction.NOT, this);
    }

    default Scalar negate() {
        return apply(UnaryFunction.NEGATE, this);
    }

    default Scalar abs() {
        return apply(UnaryFunction.ABS, this);
    }

    default Scalar exp() {
        return apply(UnaryFunction.EXP, this);
    }

    default Scalar expm1() {
        return apply(UnaryFunction.EXPM1, this);
    }

    default Scalar log1p() {
        return apply(UnaryFunction.LOG1P, this);
    }

    default Scalar log() {
        return apply(UnaryFunction.LOG, this);
    }

    default Scalar sqrt() {
        return apply(UnaryFunction.SQRT, this);
    }

    default Scalar tanh() {
        return apply(UnaryFunction.TANH, this);
    }

    default Scalar erf() {
        return apply(UnaryFunction.ERF, this);
    }

    /// The expression with each argument replaced by what stands for its index.
    default Scalar replace(IntFunction<Scalar> args) {
        return switch (this) {
            case Arg(int index) -> args.apply(index);
            case Constant constant -> constant;
            case Unary(var function, var x) -> apply(function, x.replace(args));
            case Binary(var function, var x, var y) ->
                    apply(function, x.replace(args), y.replace(args));
            case Select(var condition, var then, var otherwise) ->
                    select(condition.replace(args), then.replace(args), otherwise.replace(args));
        };
    }

    /// One more than the greatest index of an argument; 0 when there are none.
    default int arity() {
        return switch (this) {
            case Arg(int index) -> index + 1;
            case Constant _ -> 0;
            case Unary(_, var x) -> x.arity();
            case Binary(_, var x, var y) -> Math.max(x.arity(), y.arity());
            case Select(var condition, var then, var otherwise) ->
                    Math.max(condition.arity(), Math.max(then.arity(), otherwise.arity()));
        };
    }

    /// The expression as text, such as `(max (add x0 (multiply x1 0.5)) 0.0)`: functions by the
    /// names of their constants in lower case, `(select condition then otherwise)`, and `x0`, `x1`,
    /// … for the arguments.
    default String text() {
        return ScalarText.print(this);
    }

    /// Parses what [#text] prints.
    ///
    /// @throws FormatException when the text is malformed
    static Scalar parse(String text) {
        return ScalarText.parse(text);
    }

    /// How many functions and choices it is made of.
    default int operations() {
        return switch (this) {
            case Arg _, Constant _ -> 0;
            case Unary(_, var x) -> 1 + x.operations();
            case Binary(_, var x, var y) -> 1 + x.operations() + y.operations();
            case Select(var condition, var then, var otherwise) ->
                    1 + condition.operations() + then.operations() + otherwise.operations();
        };
    }

    /// Whether every constant in it is an integer, so that it can be evaluated in `long`.
    default boolean isIntegral() {
        return switch (this) {
            case Arg _ -> true;
            case Constant(double value) -> value == Math.rint(value) && Math.abs(value) < 0x1p63;
            case Unary(_, var x) -> x.isIntegral();
            case Binary(_, var x, var y) -> x.isIntegral() && y.isIntegral();
            case Select(var condition, var then, var otherwise) ->
                    condition.isIntegral() && then.isIntegral() && otherwise.isIntegral();
        };
    }

    /// Evaluated in `double`.
    default double evaluate(double... args) {
        return ScalarMath.evaluate(this, args);
    }

    /// Evaluated in `long`; `unsigned` compares, divides and takes remainders as unsigned.
    default long evaluate(boolean unsigned, long... args) {
        return ScalarMath.evaluate(this, unsigned, args);
    }
}

package dev.tenon.base;

import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import java.util.Locale;

/// Scalar expressions as text: `(max (add x0 (multiply x1 0.5)) 0.0)`.
///
/// `x0`, `x1`, … are the arguments; functions have the names of their enum constants in lower case,
/// and a choice is `(select condition then otherwise)`.
final class ScalarText {
    private static final int MAX_DEPTH = 256;
    private static final String SELECT = "select";

    private final String text;
    private int at;
    private int depth;

    private ScalarText(String text) {
        this.text = text;
    }

    static String print(Scalar expression) {
        return switch (expression) {
            case Scalar.Arg(int index) -> "x" + index;
            case Scalar.Constant(double value) -> Double.toString(value);
            case Scalar.Unary(var function, var x) -> call(name(function), x);
            case Scalar.Binary(var function, var x, var y) -> call(name(function), x, y);
            case Scalar.Select(var condition, var then, var otherwise) ->
                    call(SELECT, condition, then, otherwise);
        };
    }

    private static String call(String name, Scalar... operands) {
        var out = new StringBuilder("(").append(name);
        for (var operand : operands) {
            out.append(' ').append(print(operand));
        }
        return out.append(')').toString();
    }

    private static String name(Enum<?> function) {
        return function.name().toLowerCase(Locale.ROOT);
    }

    /// @throws FormatException when the text is malformed or nested too deeply
    static Scalar parse(String text) {
        var parser = new ScalarText(text);
        var expression = parser.expression();
        if (!parser.token().isEmpty()) {
            throw parser.error("the end");
        }
        return expression;
    }

    private Scalar expression() {
        var token = token();
        if (!token.equals("(")) {
            return leaf(token);
        }
        if (++depth > MAX_DEPTH) {
            throw error("at most " + MAX_DEPTH + " levels");
        }
        var result = call(token());
        if (!token().equals(")")) {
            throw error("')'");
        }
        depth--;
        return result;
    }

    private Scalar call(String name) {
        if (name.equals(SELECT)) {
            return Scalar.select(expression(), expression(), expression());
        }
        for (var function : UnaryFunction.values()) {
            if (name(function).equals(name)) {
                return Scalar.apply(function, expression());
            }
        }
        for (var function : BinaryFunction.values()) {
            if (name(function).equals(name)) {
                return Scalar.apply(function, expression(), expression());
            }
        }
        throw error("a function");
    }

    private Scalar leaf(String token) {
        try {
            return token.startsWith("x")
                    ? Scalar.arg(Integer.parseUnsignedInt(token.substring(1)))
                    : Scalar.constant(Double.parseDouble(token));
        } catch (NumberFormatException e) {
            throw error("an argument such as x0, or a number");
        }
    }

    /// A parenthesis, or what stands up to the next one or a space; empty at the end.
    private String token() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        int start = at;
        while (at < text.length() && "() ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == start && at < text.length()) {
            at++;
        }
        return text.substring(start, at);
    }

    private FormatException error(String expected) {
        return new FormatException(
                Problem.of("malformed expression, before character " + at)
                        .expected(expected)
                        .got(text));
    }
}

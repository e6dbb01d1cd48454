package dev.tenon.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalarTest {
    private static final Scalar X = Scalar.arg(0);

    @Test
    void onlyTheChosenSideCounts() {
        var relu = Scalar.select(X.less(Scalar.constant(0)), Scalar.constant(0), X);
        assertEquals(3, relu.evaluate(3.0));
        assertEquals(0, relu.evaluate(-3.0));
        assertTrue(Double.isNaN(relu.evaluate(Double.NaN)));
    }

    @Test
    void integersWrapAndUnsignedCompare() {
        assertEquals(Long.MIN_VALUE, X.plus(1).evaluate(false, Long.MAX_VALUE));
        assertEquals(0, X.less(Scalar.constant(1)).evaluate(true, -1));
        assertEquals(1, X.less(Scalar.constant(1)).evaluate(false, -1));
        assertEquals(81, X.power(Scalar.constant(4)).evaluate(false, -3));
    }

    /// Against the Taylor series in 60 digits.
    @Test
    void errorFunctionIsExactToFourteenDigits() {
        for (double x = -5.9; x < 6; x += 0.0371) {
            assertEquals(series(x), X.erf().evaluate(x), 2e-15, "erf(" + x + ")");
        }
        assertEquals(1, X.erf().evaluate(Double.POSITIVE_INFINITY));
        assertTrue(Double.isNaN(X.erf().evaluate(Double.NaN)));
        assertEquals(-0.0, X.erf().evaluate(-0.0));
    }

    private static double series(double x) {
        var digits = new MathContext(60);
        var square = new BigDecimal(x).pow(2, digits);
        var term = new BigDecimal(x);
        var sum = term;
        for (int n = 1; n < 200; n++) {
            term = term.multiply(square, digits).divide(BigDecimal.valueOf(-n), digits);
            sum = sum.add(term.divide(BigDecimal.valueOf(2L * n + 1), digits), digits);
        }
        return sum.doubleValue() * 2 / Math.sqrt(Math.PI);
    }

    @Test
    void standsAsText() {
        var text = "(select (less x0 -0.0) (multiply (exp x2) NaN) (max x0 1.0E-7))";
        var expression = Scalar.parse(text);
        assertEquals(text, expression.text());
        assertEquals(3, expression.arity());
        assertEquals(5, expression.operations());
        for (var wrong :
                List.of("", "(exp x0", "(exp x0 x1)", "(sin)", "x-1", "y0", "x0 x1", ")")) {
            assertThrows(FormatException.class, () -> Scalar.parse(wrong), wrong);
        }
        assertThrows(FormatException.class, () -> Scalar.parse("(abs ".repeat(100_000)));
    }

    @Test
    void argumentsAreReplaced() {
        var sum = X.plus(Scalar.arg(1));
        assertEquals(
                "(add (exp x0) 2.0)",
                sum.replace(i -> i == 0 ? X.exp() : Scalar.constant(2)).text());
    }
}

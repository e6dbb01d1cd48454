package dev.tenon.graph.op.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.InputException;
import dev.tenon.base.MiniFloat;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.UnsupportedException;
import java.math.BigDecimal;

/// Converts elements from one dtype to another (ONNX `Cast`).
///
/// Floats become integers by truncation, wrapping beyond the width; integers wrap; anything but 0
/// is true. Floats of 8 bits or fewer round to nearest even.
final class Converter {
    private static final int E8M0_NAN = 255;

    private final DType to;
    private final boolean saturate;
    private final RoundMode roundMode;

    /// @param saturate whether numbers too large for a float of 8 bits become its largest one,
    ///   rather than infinity or NaN
    /// @param roundMode for `f8e8m0`
    Converter(DType to, boolean saturate, RoundMode roundMode) {
        this.to = to;
        this.saturate = saturate;
        this.roundMode = roundMode;
    }

    /// @throws UnsupportedException for complex numbers
    /// @throws InputException for strings that are no numbers
    Tensor convert(Tensor from) {
        if (from.dtype() == to) {
            return from;
        }
        if (from.dtype().kind() == DType.Kind.COMPLEX || to.kind() == DType.Kind.COMPLEX) {
            throw new UnsupportedException(
                    Problem.of("complex numbers are not converted")
                            .got(from.dtype() + " to " + to));
        }
        if (from.dtype() == DType.STRING) {
            return parsed(from);
        }
        if (to == DType.STRING) {
            return printed(from);
        }
        var mini = to.miniFloat();
        if (mini == null || to.bits() > 8) {
            return from.to(to);
        }
        var result = Tensor.zeros(to, from.dims());
        for (long i = 0; i < from.size(); i++) {
            result.setBits(i, encode(mini, from.getDouble(i)));
        }
        return result;
    }

    private int encode(MiniFloat mini, double value) {
        return to == DType.FLOAT8E8M0
                ? powerOfTwo(value)
                : mini.encode(
                        value, saturate ? MiniFloat.Overflow.SATURATE : MiniFloat.Overflow.SPECIAL);
    }

    /// The code of a magnitude in `f8e8m0`: the exponent of a power of two, plus 127.
    private int powerOfTwo(double value) {
        double magnitude = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return E8M0_NAN;
        }
        if (magnitude < 0x1p-127) {
            return 0;
        }
        int exponent = Math.getExponent(magnitude);
        double ratio = magnitude / Math.scalb(1.0, exponent);
        boolean up =
                switch (roundMode) {
                    case UP -> ratio > 1;
                    case DOWN -> false;
                    case NEAREST -> ratio >= 1.5;
                };
        int code = exponent + 127 + (up ? 1 : 0);
        return code < E8M0_NAN ? code : saturate ? E8M0_NAN - 1 : E8M0_NAN;
    }

    private static Tensor printed(Tensor from) {
        var result = Tensor.zeros(DType.STRING, from.dims());
        for (long i = 0; i < from.size(); i++) {
            result.setString(i, print(from, i));
        }
        return result;
    }

    /// Numbers in plain notation with as few digits as tell them apart.
    private static String print(Tensor from, long index) {
        double value = from.getDouble(index);
        return switch (from.dtype().kind()) {
            case BOOL -> value != 0 ? "True" : "False";
            case FLOAT -> {
                if (Double.isNaN(value)) {
                    yield "NaN";
                }
                if (Double.isInfinite(value)) {
                    yield value > 0 ? "INF" : "-INF";
                }
                var digits =
                        new BigDecimal(from.element(index)).stripTrailingZeros().toPlainString();
                var plain = digits.contains(".") ? digits : digits + ".0";
                yield value == 0 && 1 / value < 0 ? "-" + plain : plain;
            }
            default -> from.element(index);
        };
    }

    private Tensor parsed(Tensor from) {
        var result = Tensor.zeros(to, from.dims());
        for (long i = 0; i < from.size(); i++) {
            parse(from.getString(i).strip(), result, i);
        }
        return result;
    }

    private void parse(String text, Tensor result, long index) {
        try {
            if (to.isInteger()) {
                result.setLong(index, new BigDecimal(text).toBigInteger().longValue());
            } else if (to == DType.BOOL
                    && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
                result.setLong(index, text.equalsIgnoreCase("true") ? 1 : 0);
            } else {
                var mini = to.bits() <= 8 ? to.miniFloat() : null;
                double value = number(text);
                if (mini == null) {
                    result.setDouble(index, value);
                } else {
                    result.setBits(index, encode(mini, value));
                }
            }
        } catch (NumberFormatException e) {
            throw new InputException(
                    Problem.of("a string is no number").expected(to).got('"' + text + '"'), e);
        }
    }

    private double number(String text) {
        boolean negative = text.startsWith("-");
        var magnitude = negative || text.startsWith("+") ? text.substring(1) : text;
        double value;
        if (magnitude.equalsIgnoreCase("inf") || magnitude.equalsIgnoreCase("infinity")) {
            value = Double.POSITIVE_INFINITY;
        } else if (magnitude.equalsIgnoreCase("nan")) {
            value = Double.NaN;
        } else {
            value =
                    to == DType.FLOAT32
                            ? Float.parseFloat(magnitude)
                            : Double.parseDouble(magnitude);
        }
        return negative ? -value : value;
    }
}

package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.base.ScalarMath;
import java.util.Arrays;

/// Instructions over pieces of `f32` tensors: one loop each. A destination may be a source.
final class FloatLanes {
    private FloatLanes() {}

    /// Runs a program; registers beyond the arguments are overwritten.
    ///
    /// @param spare three arrays for literals
    /// @return the register that holds the result
    static float[] run(Program program, float[][] registers, float[][] spare, int n) {
        for (int i = 0; i < program.instructions().size(); i++) {
            var instruction = program.instructions().get(i);
            var target = registers[instruction.target()];
            switch (instruction) {
                case Program.Unary(var function, var x, var _) ->
                        unary(function, read(x, registers, spare[0], n), target, n);
                case Program.Binary(var function, var x, Program.Literal(double c), var _)
                        when hasLiteralForm(function) ->
                        withLiteral(
                                function, read(x, registers, spare[0], n), (float) c, target, n);
                case Program.Binary(var function, var x, var y, var _) ->
                        binary(
                                function,
                                read(x, registers, spare[0], n),
                                read(y, registers, spare[1], n),
                                target,
                                n);
                case Program.Select(var condition, var then, var otherwise, var _) ->
                        select(
                                read(condition, registers, spare[2], n),
                                read(then, registers, spare[0], n),
                                read(otherwise, registers, spare[1], n),
                                target,
                                n);
            }
        }
        return read(program.result(), registers, spare[0], n);
    }

    private static float[] read(
            Program.Operand operand, float[][] registers, float[] constant, int n) {
        return switch (operand) {
            case Program.Register(int index) -> registers[index];
            case Program.Literal(double value) -> {
                Arrays.fill(constant, 0, n, (float) value);
                yield constant;
            }
        };
    }

    private static void unary(UnaryFunction function, float[] x, float[] d, int n) {
        switch (function) {
            case NEGATE -> {
                for (int j = 0; j < n; j++) {
                    d[j] = -x[j];
                }
            }
            case ABS -> {
                for (int j = 0; j < n; j++) {
                    d[j] = Math.abs(x[j]);
                }
            }
            case SQRT -> {
                for (int j = 0; j < n; j++) {
                    d[j] = (float) Math.sqrt(x[j]);
                }
            }
            case EXP -> FloatMath.exp(x, d, n);
            case EXPM1 -> FloatMath.expm1(x, d, n);
            case LOG -> FloatMath.log(x, d, n);
            case TANH -> FloatMath.tanh(x, d, n);
            case ERF -> FloatMath.erf(x, d, n);
            default -> {
                for (int j = 0; j < n; j++) {
                    d[j] = (float) ScalarMath.apply(function, x[j]);
                }
            }
        }
    }

    private static boolean hasLiteralForm(BinaryFunction function) {
        return switch (function) {
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MIN, MAX, POWER -> true;
            default -> false;
        };
    }

    private static void withLiteral(BinaryFunction function, float[] x, float c, float[] d, int n) {
        switch (function) {
            case ADD -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] + c;
                }
            }
            case SUBTRACT -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] - c;
                }
            }
            case MULTIPLY -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] * c;
                }
            }
            case DIVIDE -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] / c;
                }
            }
            case MIN -> {
                for (int j = 0; j < n; j++) {
                    d[j] = Math.min(x[j], c);
                }
            }
            case MAX -> {
                for (int j = 0; j < n; j++) {
                    d[j] = Math.max(x[j], c);
                }
            }
            default -> power(x, c, d, n);
        }
    }

    private static void power(float[] x, float exponent, float[] d, int n) {
        if (exponent == 2) {
            for (int j = 0; j < n; j++) {
                d[j] = x[j] * x[j];
            }
        } else if (exponent == 1) {
            System.arraycopy(x, 0, d, 0, n);
        } else {
            for (int j = 0; j < n; j++) {
                d[j] = (float) Math.pow(x[j], exponent);
            }
        }
    }

    private static void binary(BinaryFunction function, float[] x, float[] y, float[] d, int n) {
        switch (function) {
            case ADD -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] + y[j];
                }
            }
            case SUBTRACT -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] - y[j];
                }
            }
            case MULTIPLY -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] * y[j];
                }
            }
            case DIVIDE -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] / y[j];
                }
            }
            case MIN -> {
                for (int j = 0; j < n; j++) {
                    d[j] = Math.min(x[j], y[j]);
                }
            }
            case MAX -> {
                for (int j = 0; j < n; j++) {
                    d[j] = Math.max(x[j], y[j]);
                }
            }
            case POWER -> power(x, y, d, n);
            case LESS -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] < y[j] ? 1f : 0f;
                }
            }
            case LESS_OR_EQUAL -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] <= y[j] ? 1f : 0f;
                }
            }
            case EQUAL -> {
                for (int j = 0; j < n; j++) {
                    d[j] = x[j] == y[j] ? 1f : 0f;
                }
            }
            default -> {
                for (int j = 0; j < n; j++) {
                    d[j] = (float) ScalarMath.apply(function, (double) x[j], (double) y[j]);
                }
            }
        }
    }

    private static void power(float[] x, float[] y, float[] d, int n) {
        boolean square = true;
        for (int j = 0; j < n; j++) {
            square &= y[j] == 2;
        }
        if (square) {
            power(x, 2, d, n);
        } else {
            for (int j = 0; j < n; j++) {
                d[j] = (float) Math.pow(x[j], y[j]);
            }
        }
    }

    private static void select(
            float[] condition, float[] then, float[] otherwise, float[] d, int n) {
        for (int j = 0; j < n; j++) {
            d[j] = condition[j] != 0 ? then[j] : otherwise[j];
        }
    }
}

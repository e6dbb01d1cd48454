package dev.tenon.kernels.elementwise;

import dev.tenon.base.ScalarMath;
import java.util.Arrays;

/// Instructions over pieces of tensors in `double`, and in `long` for integers and booleans: the
/// arithmetic of the reference, instruction by instruction.
final class WideLanes {
    private WideLanes() {}

    static double[] run(Program program, double[][] registers, double[][] constants, int n) {
        for (int i = 0; i < program.instructions().size(); i++) {
            var instruction = program.instructions().get(i);
            var d = registers[instruction.target()];
            switch (instruction) {
                case Program.Unary(var function, var operand, var _) -> {
                    var x = read(operand, registers, constants[0], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = ScalarMath.apply(function, x[j]);
                    }
                }
                case Program.Binary(var function, var left, var right, var _) -> {
                    var x = read(left, registers, constants[0], n);
                    var y = read(right, registers, constants[1], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = ScalarMath.apply(function, x[j], y[j]);
                    }
                }
                case Program.Select(var condition, var then, var otherwise, var _) -> {
                    var c = read(condition, registers, constants[2], n);
                    var x = read(then, registers, constants[0], n);
                    var y = read(otherwise, registers, constants[1], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = c[j] != 0 ? x[j] : y[j];
                    }
                }
            }
        }
        return read(program.result(), registers, constants[0], n);
    }

    static long[] run(
            Program program, boolean unsigned, long[][] registers, long[][] constants, int n) {
        for (int i = 0; i < program.instructions().size(); i++) {
            var instruction = program.instructions().get(i);
            var d = registers[instruction.target()];
            switch (instruction) {
                case Program.Unary(var function, var operand, var _) -> {
                    var x = read(operand, registers, constants[0], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = ScalarMath.apply(function, unsigned, x[j]);
                    }
                }
                case Program.Binary(var function, var left, var right, var _) -> {
                    var x = read(left, registers, constants[0], n);
                    var y = read(right, registers, constants[1], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = ScalarMath.apply(function, unsigned, x[j], y[j]);
                    }
                }
                case Program.Select(var condition, var then, var otherwise, var _) -> {
                    var c = read(condition, registers, constants[2], n);
                    var x = read(then, registers, constants[0], n);
                    var y = read(otherwise, registers, constants[1], n);
                    for (int j = 0; j < n; j++) {
                        d[j] = c[j] != 0 ? x[j] : y[j];
                    }
                }
            }
        }
        return read(program.result(), registers, constants[0], n);
    }

    private static double[] read(
            Program.Operand operand, double[][] registers, double[] constant, int n) {
        return switch (operand) {
            case Program.Register(int index) -> registers[index];
            case Program.Literal(double value) -> {
                Arrays.fill(constant, 0, n, value);
                yield constant;
            }
        };
    }

    private static long[] read(
            Program.Operand operand, long[][] registers, long[] constant, int n) {
        return switch (operand) {
            case Program.Register(int index) -> registers[index];
            case Program.Literal(double value) -> {
                Arrays.fill(constant, 0, n, (long) value);
                yield constant;
            }
        };
    }
}

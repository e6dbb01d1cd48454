package dev.tenon.kernels.elementwise;

import static dev.tenon.kernels.vector.VectorBlock.bits;
import static dev.tenon.kernels.vector.VectorBlock.constant;

import dev.tenon.base.Scalar.BinaryFunction;
import dev.tenon.base.Scalar.UnaryFunction;
import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorBlock.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/// Translates a program of `f32` arithmetic to vector code: the results are those of [FloatLanes],
/// NaN, infinities and the signs of zeros included, but for the last bits of its functions.
final class ProgramCode {
    private static final int ALL = -1;
    private static final Value ONE = constant(1);

    private final VectorBlock block;
    private final VectorMath math;
    private final Map<Integer, Value> registers = new HashMap<>();

    /// The masks of values that are 1 where a condition holds and 0 elsewhere.
    private final Map<Value, Value> masks = new HashMap<>();

    /// The exponents of exponentials, and those of exponentials to which 1 was added.
    private final Map<Value, Value> exponents = new HashMap<>();

    private final Map<Value, Value> denominators = new HashMap<>();

    private ProgramCode(VectorBlock block, boolean hasTables) {
        this.block = block;
        this.math = new VectorMath(block, hasTables);
    }

    /// Why a program cannot be translated; empty when it can.
    static Optional<String> refusal(Program program) {
        for (var instruction : program.instructions()) {
            var name =
                    switch (instruction) {
                        case Program.Unary(var function, var _, var _) ->
                                takes(function) ? null : function.name();
                        case Program.Binary(var function, var _, var y, var _) ->
                                takes(function, y) ? null : function.name();
                        case Program.Select _ -> null;
                    };
            if (name != null) {
                return Optional.of("there is no vector code for the function " + name);
            }
        }
        return Optional.empty();
    }

    private static boolean takes(UnaryFunction function) {
        return switch (function) {
            case NEGATE,
                    ABS,
                    SIGN,
                    FLOOR,
                    CEIL,
                    ROUND,
                    SQRT,
                    EXP,
                    EXPM1,
                    LOG,
                    LOG1P,
                    TANH,
                    ERF,
                    NOT,
                    IS_NAN,
                    IS_INFINITE ->
                    true;
            default -> false;
        };
    }

    private static boolean takes(BinaryFunction function, Program.Operand y) {
        return switch (function) {
            case ADD,
                    SUBTRACT,
                    MULTIPLY,
                    DIVIDE,
                    MIN,
                    MAX,
                    EQUAL,
                    LESS,
                    LESS_OR_EQUAL,
                    AND,
                    OR,
                    XOR ->
                    true;
            case POWER ->
                    y instanceof Program.Literal(double c) && VectorMath.POWERS.contains((float) c);
            default -> false;
        };
    }

    /// @param hasTables whether the assembler that the block is for has tables
    /// @param arguments the operands of the program
    /// @return its result
    static Value translate(
            Program program, VectorBlock block, boolean hasTables, IntFunction<Value> arguments) {
        var code = new ProgramCode(block, hasTables);
        for (var instruction : program.instructions()) {
            code.registers.put(instruction.target(), code.step(instruction, program, arguments));
        }
        return code.read(program.result(), program, arguments);
    }

    private Value read(Program.Operand operand, Program program, IntFunction<Value> arguments) {
        return switch (operand) {
            case Program.Literal(double value) -> constant(value);
            case Program.Register(int index) when index < program.arguments() ->
                    arguments.apply(index);
            case Program.Register(int index) -> {
                var value = registers.get(index);
                if (value == null) {
                    throw new IllegalStateException("a register is read before it is written");
                }
                yield value;
            }
        };
    }

    private Value step(
            Program.Instruction instruction, Program program, IntFunction<Value> arguments) {
        return switch (instruction) {
            case Program.Unary(var function, var x, var _) ->
                    unary(function, read(x, program, arguments));
            case Program.Binary(var function, var x, Program.Literal(double c), var _)
                    when function == BinaryFunction.POWER ->
                    math.power(read(x, program, arguments), (float) c);
            case Program.Binary(var function, var x, var y, var _) ->
                    binary(function, read(x, program, arguments), read(y, program, arguments));
            case Program.Select(var condition, var then, var otherwise, var _) ->
                    block.blend(
                            mask(read(condition, program, arguments)),
                            read(then, program, arguments),
                            read(otherwise, program, arguments));
        };
    }

    private Value unary(UnaryFunction function, Value x) {
        return switch (function) {
            case NEGATE -> math.negate(x);
            case ABS -> math.abs(x);
            case SIGN -> math.sign(x);
            case FLOOR -> block.apply(Unary.FLOOR, x);
            case CEIL -> block.apply(Unary.CEIL, x);
            case ROUND -> block.apply(Unary.ROUND, x);
            case SQRT -> block.apply(Unary.SQRT, x);
            case EXP -> {
                var power = math.exp(x);
                exponents.put(power, x);
                yield power;
            }
            case EXPM1 -> math.expm1(x);
            case LOG -> math.log(x);
            case LOG1P -> math.log1p(x);
            case TANH -> math.tanh(x);
            case ERF -> math.erf(x);
            case NOT -> number(block.apply(Binary.XOR, mask(x), bits(ALL)));
            case IS_NAN -> number(block.apply(Binary.UNORDERED, x, x));
            case IS_INFINITE ->
                    number(
                            block.apply(
                                    Binary.EQUAL, math.abs(x), constant(Double.POSITIVE_INFINITY)));
            default -> throw new IllegalArgumentException(function.name());
        };
    }

    private Value binary(BinaryFunction function, Value x, Value y) {
        return switch (function) {
            case ADD -> sum(x, y);
            case SUBTRACT -> block.subtract(x, y);
            case MULTIPLY -> block.multiply(x, y);
            case DIVIDE -> quotient(x, y);
            case MIN -> math.min(x, y);
            case MAX -> math.max(x, y);
            case EQUAL -> number(block.apply(Binary.EQUAL, x, y));
            case LESS -> number(block.apply(Binary.LESS, x, y));
            case LESS_OR_EQUAL -> number(block.apply(Binary.LESS_OR_EQUAL, x, y));
            case AND -> number(block.and(mask(x), mask(y)));
            case OR -> number(block.or(mask(x), mask(y)));
            case XOR -> number(block.apply(Binary.XOR, mask(x), mask(y)));
            default -> throw new IllegalArgumentException(function.name());
        };
    }

    private Value sum(Value x, Value y) {
        var sum = block.add(x, y);
        var exponent = exponents.get(x.equals(ONE) ? y : x);
        if (exponent != null && (x.equals(ONE) || y.equals(ONE))) {
            denominators.put(sum, exponent);
        }
        return sum;
    }

    /// Something over `1 + eˣ` stays finite and exact where the denominator would overflow.
    private Value quotient(Value x, Value y) {
        var exponent = denominators.get(y);
        if (exponent == null) {
            return block.divide(x, y);
        }
        var logistic = math.logistic(exponent);
        return x.equals(ONE) ? logistic : block.multiply(x, logistic);
    }

    private Value number(Value mask) {
        var number = block.and(mask, constant(1));
        masks.put(number, mask);
        return number;
    }

    private Value mask(Value number) {
        var known = masks.get(number);
        return known != null ? known : block.apply(Binary.NOT_EQUAL, number, constant(0));
    }
}

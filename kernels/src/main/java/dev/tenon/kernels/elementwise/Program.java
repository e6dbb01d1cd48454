package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A scalar expression as a list of instructions over registers, each of which holds a piece of a
/// tensor. Equal subexpressions are computed once; registers are used again when their value is no
/// longer needed.
///
/// Registers `0 … arguments-1` hold the arguments and are never written.
///
/// @param arguments how many arguments there are
/// @param registers how many registers are needed, arguments included
/// @param result where the value is in the end
record Program(int arguments, int registers, List<Instruction> instructions, Operand result) {
    /// What an instruction reads.
    sealed interface Operand {}

    record Register(int index) implements Operand {}

    record Literal(double value) implements Operand {}

    sealed interface Instruction {
        /// The register that is written.
        int target();
    }

    record Unary(Scalar.UnaryFunction function, Operand x, int target) implements Instruction {}

    record Binary(Scalar.BinaryFunction function, Operand x, Operand y, int target)
            implements Instruction {}

    record Select(Operand condition, Operand then, Operand otherwise, int target)
            implements Instruction {}

    Program {
        instructions = List.copyOf(instructions);
    }

    static Program of(Scalar expression, int arguments) {
        return new Compiler(arguments).compile(expression);
    }

    private static final class Compiler {
        private final int arguments;
        private final List<Scalar> order = new ArrayList<>();
        private final Map<Scalar, Integer> uses = new HashMap<>();
        private final Map<Scalar, Operand> places = new HashMap<>();
        private final ArrayDeque<Integer> free = new ArrayDeque<>();
        private int registers;

        Compiler(int arguments) {
            this.arguments = arguments;
            this.registers = arguments;
        }

        Program compile(Scalar expression) {
            visit(expression);
            uses.merge(expression, 1, Integer::sum);
            var instructions = new ArrayList<Instruction>();
            for (var node : order) {
                instructions.add(emit(node));
            }
            return new Program(
                    arguments,
                    registers,
                    Collections.unmodifiableList(instructions),
                    place(expression));
        }

        private void visit(Scalar node) {
            if (node instanceof Scalar.Arg || node instanceof Scalar.Constant) {
                return;
            }
            if (uses.containsKey(node)) {
                return;
            }
            for (var child : children(node)) {
                visit(child);
                uses.merge(child, 1, Integer::sum);
            }
            uses.put(node, 0);
            order.add(node);
        }

        private static List<Scalar> children(Scalar node) {
            return switch (node) {
                case Scalar.Arg _, Scalar.Constant _ -> List.of();
                case Scalar.Unary(var _, var x) -> List.of(x);
                case Scalar.Binary(var _, var x, var y) -> List.of(x, y);
                case Scalar.Select(var condition, var then, var otherwise) ->
                        List.of(condition, then, otherwise);
            };
        }

        private Instruction emit(Scalar node) {
            var operands = children(node).stream().map(this::place).toList();
            children(node).forEach(this::release);
            int target = free.isEmpty() ? registers++ : free.pop();
            places.put(node, new Register(target));
            return switch (node) {
                case Scalar.Unary(var function, var _) ->
                        new Unary(function, operands.getFirst(), target);
                case Scalar.Binary(var function, var _, var _) ->
                        new Binary(function, operands.get(0), operands.get(1), target);
                case Scalar.Select _ ->
                        new Select(operands.get(0), operands.get(1), operands.get(2), target);
                case Scalar.Arg _, Scalar.Constant _ ->
                        throw new IllegalStateException("not an instruction");
            };
        }

        private Operand place(Scalar node) {
            return switch (node) {
                case Scalar.Arg(int index) -> new Register(index);
                case Scalar.Constant(double value) -> new Literal(value);
                default -> {
                    var place = places.get(node);
                    if (place == null) {
                        throw new IllegalStateException("used before it is computed");
                    }
                    yield place;
                }
            };
        }

        private void release(Scalar node) {
            if (places.get(node) instanceof Register(int index)
                    && uses.merge(node, -1, Integer::sum) == 0) {
                free.push(index);
            }
        }
    }
}

package dev.tenon.kernels.vector;

import dev.tenon.kernels.vector.VectorAssembler.Binary;
import dev.tenon.kernels.vector.VectorAssembler.Shift;
import dev.tenon.kernels.vector.VectorAssembler.Unary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Vector code without jumps, over any number of values. Registers are chosen when it is complete;
/// what is computed twice is computed once, and what nobody reads not at all.
public final class VectorBlock {
    /// What an instruction reads.
    public sealed interface Value permits Literal, Computed, Pinned {}

    /// The result of a step.
    record Computed(int step) implements Value {}

    /// What a register holds that the block does not change.
    record Pinned(Vector vector) implements Value {}

    /// One instruction.
    sealed interface Step {
        /// What is read, in the order in which [#emit] takes it.
        List<Value> reads();

        /// Whether what is read there must be in a register.
        ///
        /// @param index among the values read
        default boolean readsRegister(int index) {
            return index == 0;
        }

        /// Whether the target is written before everything is read.
        default boolean writesEarly() {
            return false;
        }

        /// @param from where the values read are
        void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from);
    }

    /// Emits the loads of a block's operands.
    @FunctionalInterface
    public interface Loader {
        /// @param copy which of the vectors side by side it is for
        void load(int operand, int copy, Vector to);
    }

    private record Load(int operand) implements Step {
        @Override
        public List<Value> reads() {
            return List.of();
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            loader.load(operand, copy, to);
        }
    }

    private record Set(Literal value) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(value);
        }

        @Override
        public boolean readsRegister(int index) {
            return false;
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.set(to, from.getFirst());
        }
    }

    private record OfOne(Unary function, Value x) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.apply(function, to, (Vector) from.getFirst());
        }
    }

    private record Shifted(Shift shift, Value x, int bits) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(x);
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.shift(shift, to, (Vector) from.getFirst(), bits);
        }
    }

    private record OfTwo(Binary function, Value x, Value y) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(x, y);
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.apply(function, to, (Vector) from.get(0), from.get(1));
        }
    }

    private record Fused(boolean negated, Value x, Value y, Value z) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(x, y, z);
        }

        @Override
        public boolean readsRegister(int index) {
            return index == 0 || index == 2 && y instanceof Literal;
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            var factor = (Vector) from.get(0);
            if (negated) {
                a.negatedFma(to, factor, from.get(1), from.get(2));
            } else {
                a.fma(to, factor, from.get(1), from.get(2));
            }
        }
    }

    private record Blend(Value mask, Value then, Value otherwise) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(mask, then, otherwise);
        }

        @Override
        public boolean readsRegister(int index) {
            return index != 1;
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.blend(to, (Vector) from.get(0), from.get(1), (Vector) from.get(2));
        }
    }

    /// The lower half of the table is loaded into each target anew, which costs less than a copy of
    /// a register.
    private record LookUp(Value indices, Literal low, Literal high) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(indices, high);
        }

        @Override
        public boolean writesEarly() {
            return true;
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.lookUp(to, (Vector) from.get(0), low, from.get(1));
        }
    }

    private record Scale(Value x, Value exponent) implements Step {
        @Override
        public List<Value> reads() {
            return List.of(x, exponent);
        }

        @Override
        public void emit(VectorAssembler a, Loader loader, int copy, Vector to, List<Source> from) {
            a.scale(to, (Vector) from.get(0), from.get(1));
        }
    }

    /// Vectors that are saved at most for the sake of working on two side by side.
    private static final int MAX_SAVED = 6;

    private final List<Step> steps = new ArrayList<>();
    private final Map<Step, Computed> known = new HashMap<>();

    private Value add(Step step) {
        return known.computeIfAbsent(
                step,
                s -> {
                    steps.add(s);
                    return new Computed(steps.size() - 1);
                });
    }

    /// A value that a step computes.
    private Value computed(Value value) {
        return value instanceof Literal literal ? add(new Set(literal)) : value;
    }

    /// An operand, which the [Loader] knows how to load.
    public Value load(int operand) {
        return add(new Load(operand));
    }

    public static Value constant(double value) {
        return Constant.of((float) value);
    }

    public static Value bits(int bits) {
        return new Constant(bits);
    }

    /// What a register holds that the block does not change.
    public static Value pinned(Vector vector) {
        return new Pinned(vector);
    }

    public Value apply(Unary function, Value x) {
        return add(new OfOne(function, x));
    }

    public Value apply(Binary function, Value x, Value y) {
        boolean swapped =
                x instanceof Constant
                        && switch (function) {
                            case ADD,
                                    MULTIPLY,
                                    AND,
                                    OR,
                                    XOR,
                                    INT_ADD,
                                    EQUAL,
                                    NOT_EQUAL,
                                    UNORDERED ->
                                    true;
                            default -> false;
                        };
        return swapped ? add(new OfTwo(function, y, x)) : add(new OfTwo(function, x, y));
    }

    public Value shift(Shift shift, Value x, int bits) {
        return add(new Shifted(shift, x, bits));
    }

    /// `x·y + z`, rounded once.
    public Value fma(Value x, Value y, Value z) {
        return fused(false, x, y, z);
    }

    /// `z - x·y`, rounded once.
    public Value negatedFma(Value x, Value y, Value z) {
        return fused(true, x, y, z);
    }

    private Value fused(boolean negated, Value x, Value y, Value z) {
        if (x instanceof Literal && !(y instanceof Literal)) {
            return fused(negated, y, x, z);
        }
        return add(new Fused(negated, x, y, z));
    }

    /// Where the mask is set the first, elsewhere the second.
    public Value blend(Value mask, Value then, Value otherwise) {
        return add(new Blend(mask, then, otherwise));
    }

    /// The number of a table that the lower bits of each index name, where there are tables:
    /// [VectorAssembler#lookUp].
    ///
    /// @param table [VectorAssembler#TABLE_SIZE] numbers
    public Value lookUp(float[] table, Value indices) {
        int half = VectorAssembler.TABLE_SIZE / 2;
        return add(new LookUp(indices, ByLane.of(table, 0, half), ByLane.of(table, half, half)));
    }

    /// `x · 2^⌊exponent⌋`, where there are tables: [VectorAssembler#scale].
    public Value scale(Value x, Value exponent) {
        return add(new Scale(x, exponent));
    }

    public Value add(Value x, Value y) {
        return apply(Binary.ADD, x, y);
    }

    public Value subtract(Value x, Value y) {
        return apply(Binary.SUBTRACT, x, y);
    }

    public Value multiply(Value x, Value y) {
        return apply(Binary.MULTIPLY, x, y);
    }

    public Value divide(Value x, Value y) {
        return apply(Binary.DIVIDE, x, y);
    }

    public Value and(Value x, Value y) {
        return apply(Binary.AND, x, y);
    }

    public Value or(Value x, Value y) {
        return apply(Binary.OR, x, y);
    }

    /// How many instructions there are.
    public int size() {
        return steps.size();
    }

    /// Chooses registers for one vector.
    ///
    /// @param results what is needed afterwards
    /// @param registers those that may be used
    public VectorCode complete(List<Value> results, List<Vector> registers) {
        return complete(results, 1, registers);
    }

    /// Chooses registers for several vectors side by side: for as many as need not be saved, for
    /// two where few are saved.
    ///
    /// @param most how many vectors at most
    public VectorCode completeWide(List<Value> results, int most, List<Vector> registers) {
        for (int copies = most; copies > 1; copies--) {
            var code = complete(results, copies, registers);
            if (code.slots() <= (copies == 2 ? MAX_SAVED : 0)) {
                return code;
            }
        }
        return complete(results, 1, registers);
    }

    /// Chooses registers for so many vectors side by side, however many are saved.
    public VectorCode complete(List<Value> results, int copies, List<Vector> registers) {
        var needed = results.stream().map(this::computed).toList();
        return Allocation.of(steps, needed, copies, registers);
    }
}

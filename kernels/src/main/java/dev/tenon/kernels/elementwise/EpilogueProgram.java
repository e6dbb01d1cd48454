package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorBlock;
import dev.tenon.kernels.vector.VectorCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// What a routine does to its sums while they are in registers. Equal programs are the same object.
///
/// Such a routine has, in the place of the bytes from row to row of its results, the address of a
/// table of words: those bytes, then for each operand what [Operand] says.
public final class EpilogueProgram {
    /// How an operand lies under the results, and what the table has for it.
    public enum Operand {
        /// One number for each result, in the same order: how many bytes it is behind the results.
        ELEMENTS,
        /// One number a column: the address of that of the first column.
        COLUMNS,
        /// One number: its address.
        NUMBER
    }

    /// A program with what the table has for its operands.
    public record Bound(EpilogueProgram program, List<Long> operands) {
        public Bound {
            operands = List.copyOf(operands);
        }
    }

    /// Leaves sums as they are.
    public static final EpilogueProgram NONE =
            new EpilogueProgram(
                    new Program(1, 1, List.of(), new Program.Register(0)), List.of(), "");

    /// Registers that a routine has left at least beside its sums.
    public static final int REGISTERS = 3;

    /// Longer programs are not tried: they need more registers.
    private static final int MAX_INSTRUCTIONS = 16;

    /// Tables take more registers than there are.
    private static final boolean HAS_TABLES = false;

    private record Key(Scalar expression, List<Operand> operands) {}

    private static final Map<Key, Optional<EpilogueProgram>> KNOWN = new ConcurrentHashMap<>();

    private final Program program;
    private final List<Operand> operands;
    private final String name;

    private EpilogueProgram(Program program, List<Operand> operands, String name) {
        this.program = program;
        this.operands = List.copyOf(operands);
        this.name = name;
    }

    /// The program of an expression; empty where there is no vector code for it, or the registers
    /// beside the sums do not suffice.
    ///
    /// @param expression over the sum, [Scalar.Arg] 0, and the operands, from [Scalar.Arg] 1 on
    public static Optional<EpilogueProgram> of(Scalar expression, List<Operand> operands) {
        var key = new Key(expression, List.copyOf(operands));
        return KNOWN.computeIfAbsent(key, EpilogueProgram::make);
    }

    private static Optional<EpilogueProgram> make(Key key) {
        var program = Program.of(key.expression, 1 + key.operands.size());
        if (program.instructions().size() > MAX_INSTRUCTIONS
                || ProgramCode.refusal(program).isPresent()) {
            return Optional.empty();
        }
        var name = String.format(Locale.ROOT, "_then_%08x", key.hashCode());
        var made = new EpilogueProgram(program, key.operands, name);
        var registers = IntStream.range(0, REGISTERS).mapToObj(Vector::new).toList();
        boolean fits = made.code(Map.of(), registers).slots() == 0;
        return fits ? Optional.of(made) : Optional.empty();
    }

    /// For profilers, as the end of a routine's name.
    public String name() {
        return name;
    }

    public boolean isNone() {
        return this == NONE;
    }

    List<Operand> operands() {
        return operands;
    }

    /// The program for one vector: operand 0 is the sum, the others follow.
    ///
    /// @param kept registers that hold operands, by the operand's number
    /// @param registers others that may be used
    VectorCode code(Map<Integer, Vector> kept, List<Vector> registers) {
        var block = new VectorBlock();
        var result =
                ProgramCode.translate(
                        program,
                        block,
                        HAS_TABLES,
                        operand -> {
                            var vector = kept.get(operand);
                            return vector == null
                                    ? block.load(operand)
                                    : VectorBlock.pinned(vector);
                        });
        return block.complete(List.of(result), registers);
    }
}

package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.elementwise.EpilogueProgram.Operand;
import dev.tenon.kernels.vector.Place;
import dev.tenon.kernels.vector.Vector;
import dev.tenon.kernels.vector.VectorAssembler;
import dev.tenon.kernels.vector.VectorAssembler.Cache;
import dev.tenon.kernels.vector.VectorAssembler.Part;
import dev.tenon.kernels.vector.VectorCode;
import dev.tenon.kernels.vector.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Emits an [EpilogueProgram] within a routine that has sums in registers: for each vector of
/// columns [#columns], then [#apply] for each of its rows.
public final class EpilogueCode {
    /// Where a routine has what an epilogue reads.
    ///
    /// @param table emits code that sets a word to the address of the table
    /// @param addColumn emits code that adds to an address the bytes from the first column of all
    ///   to the first of those that are in registers
    public record Arguments(Consumer<Word> table, Consumer<Word> addColumn) {}

    private static final int LINE_BYTES = 64;

    private final EpilogueProgram program;
    private final VectorAssembler a;
    private final Arguments arguments;
    private final Word pointer;
    private final Word result;
    private final Map<Integer, Vector> kept = new HashMap<>();
    private final VectorCode code;

    /// @param registers that hold no sums; overwritten
    /// @param pointer overwritten
    /// @param result overwritten
    public EpilogueCode(
            EpilogueProgram program,
            VectorAssembler a,
            List<Vector> registers,
            Arguments arguments,
            Word pointer,
            Word result) {
        this.program = program;
        this.a = a;
        this.arguments = arguments;
        this.pointer = pointer;
        this.result = result;
        this.code = keeping(registers);
    }

    /// The code that keeps as many operands of all rows in registers of their own as there is room
    /// for.
    private VectorCode keeping(List<Vector> registers) {
        int most = registers.size();
        var operands = program.operands();
        for (int i = 0; i < operands.size() && kept.size() < registers.size() - 1; i++) {
            if (operands.get(i) != Operand.ELEMENTS) {
                kept.put(1 + i, registers.get(--most));
            }
        }
        while (!kept.isEmpty()) {
            var some = program.code(kept, registers.subList(0, registers.size() - kept.size()));
            if (some.slots() == 0) {
                return some;
            }
            kept.values().remove(registers.get(registers.size() - kept.size()));
        }
        return program.code(kept, registers);
    }

    /// Loads what all rows of a vector of columns have in common.
    ///
    /// @param bytes from the first column in registers to the vector's
    public void columns(int bytes, Part part) {
        kept.forEach((operand, vector) -> load(operand, vector, Place.at(pointer), bytes, part));
    }

    /// Brings results near before they are written, and what they are combined with.
    ///
    /// @param place of the first result
    /// @param bytes how many, all in a row
    public void prefetch(Word place, int bytes) {
        prefetch(Place.at(place), bytes);
        for (int i = 0; i < program.operands().size(); i++) {
            if (program.operands().get(i) == Operand.ELEMENTS) {
                arguments.table.accept(pointer);
                a.load(pointer, Place.at(pointer).plus((1 + i) * Long.BYTES));
                prefetch(Place.at(place, pointer), bytes);
            }
        }
    }

    private void prefetch(Place place, int bytes) {
        for (int at = 0; at < bytes; at += LINE_BYTES) {
            a.prefetch(place.plus(at), Cache.FIRST_LEVEL);
        }
    }

    /// Computes the program on a vector of sums.
    ///
    /// @param sum stays as it is
    /// @param place of the results
    /// @param bytes from the first column in registers to the vector's
    /// @return where the result is until the next vector
    public Vector apply(Vector sum, Place place, int bytes, Part part) {
        if (program.isNone()) {
            return sum;
        }
        code.emit(
                a,
                (operand, _, to) -> {
                    if (operand == 0) {
                        a.set(to, sum);
                    } else {
                        load(operand, to, place, bytes, part);
                    }
                });
        return code.result();
    }

    private void load(int operand, Vector to, Place place, int bytes, Part part) {
        int index = operand - 1;
        arguments.table.accept(pointer);
        a.load(pointer, Place.at(pointer).plus((1 + index) * Long.BYTES));
        switch (program.operands().get(index)) {
            case ELEMENTS -> {
                a.address(result, place);
                a.load(to, Place.at(result, pointer), part);
            }
            case COLUMNS -> {
                arguments.addColumn.accept(pointer);
                a.load(to, Place.at(pointer).plus(bytes), part);
            }
            case NUMBER -> a.broadcast(to, Place.at(pointer));
        }
    }
}

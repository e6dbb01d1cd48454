package dev.tenon.kernels.vector;

import java.util.List;

/// A [VectorBlock] whose values have registers; it can be emitted any number of times.
///
/// @param slots how many vectors are saved at most
/// @param results where the results are afterwards
public record VectorCode(List<Instruction> instructions, int slots, List<Vector> results) {
    /// A step, or the saving of a register, whose emission needs to know where operands are loaded
    /// from.
    @FunctionalInterface
    interface Instruction {
        void emit(VectorAssembler a, VectorBlock.Loader loader);
    }

    public VectorCode {
        instructions = List.copyOf(instructions);
        results = List.copyOf(results);
    }

    public void emit(VectorAssembler a, VectorBlock.Loader loader) {
        instructions.forEach(i -> i.emit(a, loader));
    }

    /// The only result.
    public Vector result() {
        return results.getFirst();
    }
}

package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.Arrays;
import java.util.List;

/// An element-wise expression that is computed on finished rows of a product, or of a convolution, before
/// they are written.
public final class RowProgram {
    /// Elements that are worked on at a time.
    private static final int PIECE = 1024;

    private final Program program;

    /// @param expression over the row's element, [Scalar.Arg] 0, and the elements of further operands at its
    ///     place, from [Scalar.Arg] 1 on
    /// @param operands how many further operands there are
    public RowProgram(Scalar expression, int operands) {
        program = Program.of(expression, 1 + operands);
    }

    /// The expression as an epilogue.
    ///
    /// @param operands the further operands under the whole result; a stride of 0 repeats a row or a column
    public Epilogue with(List<MatrixView> operands) {
        return (row, count, m, from) -> {
            for (int at = 0; at < count; at += PIECE) {
                apply(operands, row, at, Math.min(PIECE, count - at), m, from + at);
            }
        };
    }

    private void apply(List<MatrixView> operands, float[] row, int at, int count, long m, int from) {
        try (var scratch = Scratch.open()) {
            var registers = scratch.floatRows(program.registers(), count);
            System.arraycopy(row, at, registers[0], 0, count);
            for (int i = 0; i < operands.size(); i++) {
                var operand = operands.get(i);
                long offset = operand.offset() + m * operand.rowStride() + from * operand.columnStride();
                if (operand.columnStride() == 0) {
                    Arrays.fill(registers[1 + i], 0, count, Memory.getFloat(operand.memory(), offset));
                } else {
                    Memory.loadStrided(
                            operand.memory(), offset, operand.columnStride(), registers[1 + i], 0, count);
                }
            }
            var result = FloatLanes.run(program, registers, scratch.floatRows(3, count), count);
            System.arraycopy(result, 0, row, at, count);
        }
    }
}

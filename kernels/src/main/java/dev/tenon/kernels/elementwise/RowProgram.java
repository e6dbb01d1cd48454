package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.MatrixView;
import java.util.Arrays;
import java.util.List;

/// An element-wise expression that is computed on finished rows of a product, or of a convolution,
/// before they are written.
public final class RowProgram {
    /// Elements that are worked on at a time.
    private static final int PIECE = 1024;

    private final Program program;

    /// @param expression over the row's element, [Scalar.Arg] 0, and the elements of further
    ///   operands at its place, from [Scalar.Arg] 1 on
    /// @param operands how many further operands there are
    public RowProgram(Scalar expression, int operands) {
        program = Program.of(expression, 1 + operands);
    }

    /// The expression as an epilogue.
    ///
    /// @param operands the further operands under the whole result; a stride of 0 repeats a row or
    ///   a column
    public Epilogue with(List<MatrixView> operands) {
        return new Bound(program, List.copyOf(operands));
    }

    private record Bound(Program program, List<MatrixView> operands) implements Epilogue {
        @Override
        public void apply(float[] row, int count, long m, int from) {
            for (int at = 0; at < count; at += PIECE) {
                piece(row, at, 1, Math.min(PIECE, count - at), m, from + at);
            }
        }

        @Override
        public void applyAll(float[] block, int rows, int columns, long m, int from) {
            if (columns > PIECE) {
                Epilogue.super.applyAll(block, rows, columns, m, from);
                return;
            }
            int step = Math.max(1, PIECE / Math.max(1, columns));
            for (int i = 0; i < rows; i += step) {
                piece(block, i * columns, Math.min(step, rows - i), columns, m + i, from);
            }
        }

        private void piece(float[] block, int at, int rows, int columns, long m, int from) {
            int count = rows * columns;
            try (var scratch = Scratch.open()) {
                var registers = scratch.floatRows(program.registers(), count);
                System.arraycopy(block, at, registers[0], 0, count);
                for (int i = 0; i < operands.size(); i++) {
                    load(operands.get(i), registers[1 + i], rows, columns, m, from);
                }
                var result = FloatLanes.run(program, registers, scratch.floatRows(3, count), count);
                System.arraycopy(result, 0, block, at, count);
            }
        }

        private static void load(
                MatrixView operand, float[] to, int rows, int columns, long m, int from) {
            for (int r = 0; r < rows; r++) {
                int at = r * columns;
                long offset =
                        operand.offset()
                                + (m + r) * operand.rowStride()
                                + from * operand.columnStride();
                if (r > 0 && operand.rowStride() == 0) {
                    System.arraycopy(to, 0, to, at, columns);
                } else if (operand.columnStride() == 0) {
                    Arrays.fill(to, at, at + columns, Memory.getFloat(operand.memory(), offset));
                } else {
                    Memory.loadStrided(
                            operand.memory(), offset, operand.columnStride(), to, at, columns);
                }
            }
        }
    }
}

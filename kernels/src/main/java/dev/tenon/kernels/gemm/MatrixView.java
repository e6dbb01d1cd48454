package dev.tenon.kernels.gemm;

import dev.tenon.kernels.Memory;
import java.lang.foreign.MemorySegment;

/// A matrix of `f32` somewhere in memory. Offset and strides count elements; strides may be 0.
///
/// @param rowStride from one row to the next
/// @param columnStride from one column to the next
public record MatrixView(
        MemorySegment memory,
        long offset,
        int rows,
        int columns,
        long rowStride,
        long columnStride) {
    /// A row-major matrix.
    public static MatrixView of(MemorySegment memory, long offset, int rows, int columns) {
        return new MatrixView(memory, offset, rows, columns, columns, 1);
    }

    public MatrixView transposed() {
        return new MatrixView(memory, offset, columns, rows, columnStride, rowStride);
    }

    /// The same layout elsewhere in the memory.
    public MatrixView at(long newOffset) {
        return new MatrixView(memory, newOffset, rows, columns, rowStride, columnStride);
    }

    /// Copies part of a row.
    void loadRow(int row, int column, float[] to, int at, int count) {
        Memory.loadStrided(
                memory,
                offset + row * rowStride + column * columnStride,
                columnStride,
                to,
                at,
                count);
    }

    /// Copies part of a column.
    void loadColumn(int column, int row, float[] to, int at, int count) {
        Memory.loadStrided(
                memory, offset + row * rowStride + column * columnStride, rowStride, to, at, count);
    }
}

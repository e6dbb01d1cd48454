package dev.tenon.kernels.move;

import dev.tenon.asm.exec.Routine;

/// Transposes dense matrices of 32-bit elements and of one shape, by machine code.
///
/// @param rows at least 1
/// @param columns at least 1
public record Transposition(Routine routine, int rows, int columns) {
    public static Transposition of(int rows, int columns) {
        boolean blocks = Math.min(rows, columns) >= TransposeCode.MIN_EXTENT;
        var extent = blocks ? TransposeCode.Extent.BLOCKS : TransposeCode.Extent.ANY;
        return new Transposition(MoveRoutines.TRANSPOSE.get(extent), rows, columns);
    }

    /// Nothing is checked.
    public void run(long from, long to) {
        long fromBytes = (long) columns * Integer.BYTES;
        long toBytes = (long) rows * Integer.BYTES;
        routine.call(from, to, fromBytes, toBytes, rows, columns, 0, 0);
    }
}

package dev.tenon.kernels.move;

import dev.tenon.asm.exec.Routine;

/// Transposes dense matrices of 32-bit elements and of one shape, by machine code.
///
/// @param rows at least 1
/// @param columns at least 1
public record Transposition(Routine routine, int rows, int columns) {
    public static Transposition of(int rows, int columns) {
        return new Transposition(MoveRoutines.transpose(rows, columns), rows, columns);
    }

    /// Nothing is checked.
    public void run(long from, long to) {
        long fromBytes = (long) columns * Integer.BYTES;
        long toBytes = (long) rows * Integer.BYTES;
        routine.call(from, to, fromBytes, toBytes, rows, columns, 0, 0);
    }
}

package dev.tenon.kernels.move;

import dev.tenon.asm.exec.Routine;

/// Copies rows of one length that lie evenly apart, by machine code.
public final class RowCopier {
    /// Bytes of a row at least.
    public static final int MIN_BYTES = RowCopyCode.MIN_BYTES;

    private final Routine routine;
    private final long bytes;

    /// @param bytes of a row, at least [#MIN_BYTES]
    public RowCopier(long bytes) {
        this.routine = MoveRoutines.rows(bytes, false);
        this.bytes = bytes;
    }

    /// Nothing is checked.
    ///
    /// @param fromBytes from row to row
    /// @param toBytes from row to row of the copy
    /// @param rows at least 1
    public void copy(long from, long to, long fromBytes, long toBytes, long rows) {
        routine.call(from, to, fromBytes, toBytes, rows, bytes, 0, 0);
    }
}

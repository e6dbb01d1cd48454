package dev.tenon.kernels.move;

import dev.tenon.asm.exec.Routine;

/// Copies rows of one length from where a table says to one after the other, by machine code.
public final class RowPicker {
    /// Bytes of a row at least.
    public static final int MIN_BYTES = RowCopyCode.MIN_BYTES;

    private final Routine routine;
    private final long bytes;

    /// @param bytes of a row, at least [#MIN_BYTES]
    public RowPicker(long bytes) {
        this.routine = MoveRoutines.rows(bytes, true);
        this.bytes = bytes;
    }

    /// Nothing is checked.
    ///
    /// @param from what the table's entries are added to
    /// @param table the address of as many 64-bit distances in bytes as there are rows
    /// @param rows at least 1
    public void pick(long from, long to, long table, long rows) {
        routine.call(from, to, table, bytes, rows, bytes, 0, 0);
    }
}

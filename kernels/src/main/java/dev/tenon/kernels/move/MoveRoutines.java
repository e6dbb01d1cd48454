package dev.tenon.kernels.move;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.Locale;

/// The emitted parts of copies.
final class MoveRoutines {
    /// Whether this process can run them.
    static final boolean AVAILABLE = VectorRoutines.refusal().isEmpty();

    private static final int LANES = VectorLevel.here().map(VectorLevel::lanes).orElse(0);

    private static final VectorRoutines<TransposeCode.Extent> TRANSPOSE =
            new VectorRoutines<>(
                    extent -> "transpose_" + extent.name().toLowerCase(Locale.ROOT),
                    TransposeCode::emit);

    private static final VectorRoutines<RowCopyCode.Variant> ROWS =
            new VectorRoutines<>(RowCopyCode.Variant::name, RowCopyCode::emit);

    private static final VectorRoutines<Integer> FEW_ROWS =
            new VectorRoutines<>(rows -> "transpose_rows_" + rows, FewRowsCode::emit);

    private MoveRoutines() {}

    /// The [TransposeCode] for a matrix.
    static Routine transpose(long rows, long columns) {
        return TRANSPOSE.get(TransposeCode.Extent.of(rows, columns, LANES));
    }

    /// The [RowCopyCode] for rows of so many bytes.
    static Routine rows(long bytes, boolean picked) {
        return ROWS.get(RowCopyCode.Variant.of(bytes, picked, LANES));
    }

    /// The [FewRowsCode] for so many rows.
    static Routine fewRows(int rows) {
        return FEW_ROWS.get(rows);
    }
}

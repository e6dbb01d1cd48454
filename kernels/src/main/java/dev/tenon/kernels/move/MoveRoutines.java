package dev.tenon.kernels.move;

import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.emitted.Avx2.Routines;
import java.util.Locale;

/// The emitted parts of copies.
final class MoveRoutines {
    /// Whether this process can run them.
    static final boolean AVAILABLE = Avx2.refusal().isEmpty();

    static final Routines<TransposeCode.Extent> TRANSPOSE =
            new Routines<>(
                    extent -> "transpose_" + extent.name().toLowerCase(Locale.ROOT),
                    TransposeCode::emit);

    static final Routines<RowCopyCode.Variant> ROWS =
            new Routines<>(RowCopyCode.Variant::name, RowCopyCode::emit);

    /// By the number of rows.
    static final Routines<Integer> FEW_ROWS =
            new Routines<>(rows -> "transpose_rows_" + rows, FewRowsCode::emit);

    private MoveRoutines() {}
}

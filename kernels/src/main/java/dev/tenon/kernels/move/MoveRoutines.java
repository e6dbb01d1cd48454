package dev.tenon.kernels.move;

import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.emitted.Avx2.Routines;
import java.util.Locale;

/// The emitted parts of copies.
final class MoveRoutines {
    /// Whether this process can run them.
    static final boolean AVAILABLE = Avx2.refusal().isEmpty();

    static final Routines<TransposeCode.Extent> TRANSPOSE =
            new Routines<>(extent -> "transpose_" + lower(extent), TransposeCode::emit);

    static final Routines<RowCopyCode.Part> ROWS =
            new Routines<>(part -> "copy_rows_" + lower(part), RowCopyCode::emit);

    /// By the number of rows.
    static final Routines<Integer> FEW_ROWS =
            new Routines<>(rows -> "transpose_rows_" + rows, FewRowsCode::emit);

    private MoveRoutines() {}

    private static String lower(Enum<?> variant) {
        return variant.name().toLowerCase(Locale.ROOT);
    }
}

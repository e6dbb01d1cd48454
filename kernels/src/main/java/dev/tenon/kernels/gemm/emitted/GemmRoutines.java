package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The emitted parts of products.
public final class GemmRoutines {
    /// The routines of the process, or why there are none.
    public sealed interface Availability {
        record Ready(GemmRoutines routines) implements Availability {}

        /// @param reason one sentence without a full stop
        record Refused(String reason) implements Availability {}
    }

    private static final class Holder {
        static final Availability HERE =
                VectorRoutines.refusal()
                        .<Availability>map(Availability.Refused::new)
                        .orElseGet(() -> new Availability.Ready(new GemmRoutines()));
    }

    private final Map<EpilogueProgram, TileRoutines> tiles = new ConcurrentHashMap<>();
    private final VectorRoutines<Columns> packRows =
            new VectorRoutines<>(
                    columns ->
                            "pack_rows_" + columns.vectors() + (columns.masked() ? "_masked" : ""),
                    PackCode::rows);
    private final VectorRoutines<Columns> packColumns =
            new VectorRoutines<>(_ -> "pack_columns", (_, a) -> PackCode.columns(a));

    public static Availability here() {
        return Holder.HERE;
    }

    private GemmRoutines() {}

    /// The products that end in an epilogue.
    TileRoutines tiles(EpilogueProgram epilogue) {
        return tiles.computeIfAbsent(epilogue, TileRoutines::new);
    }

    Routine packRows(Columns columns) {
        return packRows.get(columns);
    }

    Routine packColumns() {
        return packColumns.get(Columns.ALL);
    }
}

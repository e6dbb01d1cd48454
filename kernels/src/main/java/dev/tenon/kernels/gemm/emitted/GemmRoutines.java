package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.concurrent.atomic.AtomicReferenceArray;

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

    private static final int COLUMNS = Columns.values().length;
    private static final int LAYOUTS = Layout.values().length;
    private static final int AHEADS = Ahead.values().length;
    private static final int VARIANTS = COLUMNS * LAYOUTS * AHEADS * 2;

    private final VectorRoutines<TileCode.Shape> tiles =
            new VectorRoutines<>(TileCode.Shape::name, TileCode::emit);
    private final VectorRoutines<RowCode.Shape> rows =
            new VectorRoutines<>(RowCode.Shape::name, RowCode::emit);
    private final VectorRoutines<Columns> packRows =
            new VectorRoutines<>(
                    columns ->
                            "pack_rows_" + columns.vectors() + (columns.masked() ? "_masked" : ""),
                    PackCode::rows);
    private final VectorRoutines<Columns> packColumns =
            new VectorRoutines<>(_ -> "pack_columns", (_, a) -> PackCode.columns(a));

    /// The tiles and rows that were asked for, by number, so that asking again makes no garbage.
    private final AtomicReferenceArray<Routine> knownTiles =
            new AtomicReferenceArray<>(Heights.kinds(TileSize.here().rows()) * VARIANTS);

    private final AtomicReferenceArray<Routine> knownRows =
            new AtomicReferenceArray<>(2 * RowCode.MAX_PANELS);

    public static Availability here() {
        return Holder.HERE;
    }

    private GemmRoutines() {}

    Routine tiles(
            Heights heights, Columns columns, Layout layout, Ahead ahead, boolean accumulate) {
        int index = heights.kind() * COLUMNS + columns.ordinal();
        index = (index * LAYOUTS + layout.ordinal()) * AHEADS + ahead.ordinal();
        index = 2 * index + (accumulate ? 1 : 0);
        var known = knownTiles.getAcquire(index);
        if (known == null) {
            known = tiles.get(new TileCode.Shape(heights, columns, layout, ahead, accumulate));
            knownTiles.setRelease(index, known);
        }
        return known;
    }

    Routine row(int panels, boolean accumulate) {
        int index = 2 * (panels - 1) + (accumulate ? 1 : 0);
        var known = knownRows.getAcquire(index);
        if (known == null) {
            known = rows.get(new RowCode.Shape(panels, accumulate));
            knownRows.setRelease(index, known);
        }
        return known;
    }

    Routine packRows(Columns columns) {
        return packRows.get(columns);
    }

    Routine packColumns() {
        return packColumns.get(Columns.ALL);
    }
}

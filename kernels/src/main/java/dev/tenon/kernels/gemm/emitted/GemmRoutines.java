package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.emitted.LazyRoutine;
import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import java.util.ArrayList;
import java.util.List;

/// The emitted parts of products.
public final class GemmRoutines {
    /// The routines of the process, or why there are none.
    public sealed interface Availability {
        record Ready(GemmRoutines routines) implements Availability {}

        /// @param reason one sentence without a full stop
        record Refused(String reason) implements Availability {}
    }

    private static final class Holder {
        static final Availability HERE = availability(Emission.here());
    }

    private static final int COLUMNS = Columns.values().length;
    private static final int LAYOUTS = Layout.values().length;
    private static final int AHEADS = Ahead.values().length;
    private static final int VARIANTS = COLUMNS * LAYOUTS * AHEADS * 2;

    /// By cut of the rows, columns, layout, what they fetch, and whether they accumulate; see
    /// [#tiles].
    private final List<LazyRoutine> tiles = new ArrayList<>();

    /// By panels, and whether they accumulate.
    private final List<LazyRoutine> rows = new ArrayList<>();

    private final LazyRoutine packRows;
    private final LazyRoutine packColumns;

    private static Availability availability(Emission emission) {
        var refusal = Avx2.refusal();
        if (refusal.isPresent()) {
            return new Availability.Refused(refusal.get());
        }
        return new Availability.Ready(new GemmRoutines((Emission.Possible) emission));
    }

    public static Availability here() {
        return Holder.HERE;
    }

    private GemmRoutines(Emission.Possible emission) {
        // Up to so many rows, each kind of cut comes once, and in order.
        for (int count = 1; count <= Heights.KINDS + 1; count++) {
            var heights = Heights.of(count);
            if (heights.kind() == tiles.size() / VARIANTS) {
                addTiles(emission, heights);
            }
        }
        for (int panels = 1; panels <= RowCode.MAX_PANELS; panels++) {
            for (boolean accumulate : new boolean[] {false, true}) {
                var shape = new RowCode.Shape(panels, accumulate);
                rows.add(
                        new LazyRoutine(
                                emission, shape::name, features -> RowCode.emit(shape, features)));
            }
        }
        packRows = new LazyRoutine(emission, () -> "pack_rows", PackCode::rows);
        packColumns = new LazyRoutine(emission, () -> "pack_columns", PackCode::columns);
    }

    private void addTiles(Emission.Possible emission, Heights heights) {
        for (var columns : Columns.values()) {
            for (var layout : Layout.values()) {
                for (var ahead : Ahead.values()) {
                    for (boolean accumulate : new boolean[] {false, true}) {
                        var shape = new TileCode.Shape(heights, columns, layout, ahead, accumulate);
                        tiles.add(
                                new LazyRoutine(
                                        emission,
                                        shape::name,
                                        features -> TileCode.emit(shape, features)));
                    }
                }
            }
        }
    }

    Routine tiles(
            Heights heights, Columns columns, Layout layout, Ahead ahead, boolean accumulate) {
        int index = heights.kind() * COLUMNS + columns.ordinal();
        index = (index * LAYOUTS + layout.ordinal()) * AHEADS + ahead.ordinal();
        return tiles.get(2 * index + (accumulate ? 1 : 0)).get();
    }

    Routine row(int panels, boolean accumulate) {
        return rows.get(2 * (panels - 1) + (accumulate ? 1 : 0)).get();
    }

    Routine packRows() {
        return packRows.get();
    }

    Routine packColumns() {
        return packColumns.get();
    }
}

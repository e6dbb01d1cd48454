package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Emission;
import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.emitted.Avx2;
import dev.tenon.kernels.emitted.LazyRoutine;
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

    /// By rows, columns, layout, and whether they accumulate; see [#tile].
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
        for (int count = 1; count <= TileCode.MAX_ROWS; count++) {
            for (var columns : Columns.values()) {
                for (var layout : Layout.values()) {
                    for (boolean accumulate : new boolean[] {false, true}) {
                        var shape = new TileCode.Shape(count, columns, layout, accumulate);
                        tiles.add(
                                new LazyRoutine(
                                        emission,
                                        shape.name(),
                                        features -> TileCode.emit(shape, features)));
                    }
                }
            }
        }
        for (int panels = 1; panels <= RowCode.MAX_PANELS; panels++) {
            for (boolean accumulate : new boolean[] {false, true}) {
                var shape = new RowCode.Shape(panels, accumulate);
                rows.add(
                        new LazyRoutine(
                                emission, shape.name(), features -> RowCode.emit(shape, features)));
            }
        }
        packRows = new LazyRoutine(emission, "pack_rows", PackCode::rows);
        packColumns = new LazyRoutine(emission, "pack_columns", PackCode::columns);
    }

    Routine tile(int count, Columns columns, Layout layout, boolean accumulate) {
        int index = ((count - 1) * COLUMNS + columns.ordinal()) * LAYOUTS + layout.ordinal();
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

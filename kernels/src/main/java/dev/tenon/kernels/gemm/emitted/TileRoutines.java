package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Ahead;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The emitted products that end in one epilogue. Those that were asked for are known by number, so
/// that asking again makes no garbage.
final class TileRoutines {
    private static final VectorRoutines<TileCode.Shape> TILES =
            new VectorRoutines<>(TileCode.Shape::name, TileCode::emit);
    private static final VectorRoutines<RowCode.Shape> ROWS =
            new VectorRoutines<>(RowCode.Shape::name, RowCode::emit);

    private static final int COLUMNS = Columns.values().length;
    private static final int LAYOUTS = Layout.values().length;
    private static final int AHEADS = Ahead.values().length;
    private static final int VARIANTS = COLUMNS * LAYOUTS * AHEADS * 2;

    private final EpilogueProgram epilogue;

    private final AtomicReferenceArray<Routine> tiles =
            new AtomicReferenceArray<>(Heights.kinds(TileSize.here().rows()) * VARIANTS);

    private final AtomicReferenceArray<Routine> rows =
            new AtomicReferenceArray<>(2 * RowCode.MAX_PANELS);

    TileRoutines(EpilogueProgram epilogue) {
        this.epilogue = epilogue;
    }

    EpilogueProgram epilogue() {
        return epilogue;
    }

    Routine tiles(
            Heights heights, Columns columns, Layout layout, Ahead ahead, boolean accumulate) {
        int index = heights.kind() * COLUMNS + columns.ordinal();
        index = (index * LAYOUTS + layout.ordinal()) * AHEADS + ahead.ordinal();
        index = 2 * index + (accumulate ? 1 : 0);
        var known = tiles.getAcquire(index);
        if (known == null) {
            known =
                    TILES.get(
                            new TileCode.Shape(
                                    heights, columns, layout, ahead, accumulate, epilogue));
            tiles.setRelease(index, known);
        }
        return known;
    }

    Routine row(int panels, boolean accumulate) {
        int index = 2 * (panels - 1) + (accumulate ? 1 : 0);
        var known = rows.getAcquire(index);
        if (known == null) {
            known = ROWS.get(new RowCode.Shape(panels, accumulate, epilogue));
            rows.setRelease(index, known);
        }
        return known;
    }
}

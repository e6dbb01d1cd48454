package dev.tenon.kernels.gemm.emitted;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.RunTileCode.Shape;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.VectorRoutines;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The emitted products of runs that end in one epilogue. Those that were asked for are known by
/// number, so that asking again makes no garbage.
final class RunRoutines {
    private static final VectorRoutines<Shape> TILES =
            new VectorRoutines<>(Shape::name, RunTileCode::emit);

    private static final Map<EpilogueProgram, RunRoutines> ALL = new ConcurrentHashMap<>();

    private static final int VARIANTS = 2 * Columns.values().length;

    private final EpilogueProgram epilogue;

    private final AtomicReferenceArray<Routine> tiles =
            new AtomicReferenceArray<>(TileSize.here().rows() * VARIANTS);

    private RunRoutines(EpilogueProgram epilogue) {
        this.epilogue = epilogue;
    }

    static RunRoutines of(EpilogueProgram epilogue) {
        return ALL.computeIfAbsent(epilogue, RunRoutines::new);
    }

    EpilogueProgram epilogue() {
        return epilogue;
    }

    /// @param height rows of the tile
    Routine tile(int height, Columns columns, boolean accumulate) {
        int index = (height - 1) * VARIANTS + 2 * columns.ordinal() + (accumulate ? 1 : 0);
        var known = tiles.getAcquire(index);
        if (known == null) {
            known = TILES.get(new Shape(height, columns, accumulate, epilogue));
            tiles.setRelease(index, known);
        }
        return known;
    }
}

package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.gemm.emitted.RunTileCode.Shape;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// The product of some rows that consist of runs with a lasting matrix.
///
/// @param pointers where each run of each row begins: for each group of runs that a block
///   multiplies, for each tile of rows, run after run, row after row
/// @param rows how many
public record RunProduct(RunPanels b, MemorySegment pointers, int rows) {
    private static final VectorRoutines<Shape> TILES =
            new VectorRoutines<>(Shape::name, RunTileCode::emit);

    /// @param pointers laid out as [Slots] says
    public static RunProduct of(RunPanels b, long[] pointers, int rows, NativeScratch scratch) {
        int count = rows * b.runs();
        var memory = scratch.floats(2L * count);
        MemorySegment.copy(pointers, 0, memory, ValueLayout.JAVA_LONG, 0, count);
        return new RunProduct(b, memory, rows);
    }

    /// Where the pointers of a run belong.
    ///
    /// @param start of the run's block
    /// @param runs of the block
    /// @param run in the block
    public record Slots(int start, int runs, int run) {
        /// @param rows of all tiles
        public static Slots of(RunPanels b, int rows, int run) {
            int first = run / b.group() * b.group();
            return new Slots(first * rows, Math.min(b.group(), b.runs() - first), run - first);
        }

        /// Where that of the first row of a tile belongs; those of its other rows follow.
        ///
        /// @param row the first
        /// @param height rows of the tile
        public int of(int row, int height) {
            return start + row * runs + run * height;
        }
    }

    /// Computes some columns. Nothing is checked.
    ///
    /// @param c where the first of these columns of the first row begins
    /// @param rowBytes from row to row of the results
    /// @param panel the first panel of columns
    /// @param columns how many
    public void multiply(long c, long rowBytes, int panel, int columns) {
        for (int done = 0; done < columns; done += Panels.WIDTH) {
            int width = Math.min(Panels.WIDTH, columns - done);
            long to = c + (long) done * Float.BYTES;
            for (int block = 0; block < b.blocks(); block++) {
                multiply(block, panel + done / Panels.WIDTH, to, rowBytes, width);
            }
        }
        Reference.reachabilityFence(b.memory());
        Reference.reachabilityFence(pointers);
    }

    /// One block of one panel of which so many columns exist.
    private void multiply(int block, int panel, long c, long rowBytes, int columns) {
        var heights = Heights.of(rows);
        int second = heights.full() * heights.tile();
        int third = second + heights.second();
        tiles(block, panel, c, rowBytes, columns, 0, heights.tile(), heights.full());
        tiles(block, panel, c, rowBytes, columns, second, heights.second(), 1);
        tiles(block, panel, c, rowBytes, columns, third, heights.third(), 1);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            int block,
            int panel,
            long c,
            long rowBytes,
            int columns,
            int row,
            int height,
            int tiles) {
        if (height == 0 || tiles == 0) {
            return;
        }
        long slot = Slots.of(b, rows, b.firstRun(block)).of(row, height);
        TILES.get(new Shape(height, Columns.of(columns), block > 0))
                .call(
                        pointers.address() + slot * Long.BYTES,
                        b.address(block, panel),
                        c + row * rowBytes,
                        b.runs(block),
                        (long) b.firstTerm(block) << Integer.SIZE | b.terms(block),
                        rowBytes,
                        (long) columns << Integer.SIZE | tiles,
                        b.bytesToNext(block, panel));
    }
}

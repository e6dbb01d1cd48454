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
        boolean even = rows % TileSize.here().rows() == 0;
        for (int block = 0; block < b.blocks(); block++) {
            int done = 0;
            while (done < columns) {
                // Lower tiles follow while the panel is near.
                int width = even ? columns - done : Math.min(Panels.WIDTH, columns - done);
                int whole = width / Panels.WIDTH;
                long to = c + (long) done * Float.BYTES;
                long from = b.address(block, panel + done / Panels.WIDTH);
                if (whole > 0) {
                    multiply(block, from, to, rowBytes, Columns.ALL, whole);
                    done += whole * Panels.WIDTH;
                } else {
                    multiply(block, from, to, rowBytes, Columns.of(width), width);
                    done += width;
                }
            }
        }
        Reference.reachabilityFence(b.memory());
        Reference.reachabilityFence(pointers);
    }

    private void multiply(int block, long from, long c, long rowBytes, Columns columns, int count) {
        var heights = Heights.of(rows);
        int second = heights.full() * heights.tile();
        int third = second + heights.second();
        tiles(block, from, c, rowBytes, columns, count, 0, heights.tile(), heights.full());
        tiles(block, from, c, rowBytes, columns, count, second, heights.second(), 1);
        tiles(block, from, c, rowBytes, columns, count, third, heights.third(), 1);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            int block,
            long from,
            long c,
            long rowBytes,
            Columns columns,
            int count,
            int row,
            int height,
            int tiles) {
        if (height == 0 || tiles == 0) {
            return;
        }
        long slot = Slots.of(b, rows, b.firstRun(block)).of(row, height);
        TILES.get(new Shape(height, columns, block > 0))
                .call(
                        pointers.address() + slot * Long.BYTES,
                        from,
                        c + row * rowBytes,
                        b.runs(block),
                        (long) b.firstTerm(block) << Integer.SIZE | b.terms(block),
                        rowBytes,
                        tiles,
                        count);
    }
}

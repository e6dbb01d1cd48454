package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.gemm.emitted.RunTileCode.Shape;
import dev.tenon.kernels.gemm.emitted.TileCode.Columns;
import dev.tenon.kernels.vector.VectorRoutines;
import java.lang.ref.Reference;

/// Products of a number of rows that consist of runs with a lasting matrix.
///
/// The rows are given by pointers, where each run of each row begins: for each group of runs that a
/// block multiplies, for each tile of rows, run after run, row after row.
///
/// @param rows how many
public record RunProduct(RunPanels b, int rows, Heights heights) {
    private static final VectorRoutines<Shape> TILES =
            new VectorRoutines<>(Shape::name, RunTileCode::emit);

    private static final int VARIANTS = Columns.values().length;
    private static final Shape[] SHAPES = shapes();

    private static Shape[] shapes() {
        var shapes = new Shape[TileSize.here().rows() * VARIANTS * 2];
        for (int i = 0; i < shapes.length; i++) {
            int height = i / 2 / VARIANTS + 1;
            shapes[i] = new Shape(height, Columns.values()[i / 2 % VARIANTS], i % 2 == 1);
        }
        return shapes;
    }

    private static Shape shape(int height, Columns columns, boolean accumulate) {
        int index = (height - 1) * VARIANTS + columns.ordinal();
        return SHAPES[2 * index + (accumulate ? 1 : 0)];
    }

    public static RunProduct of(RunPanels b, int rows) {
        return new RunProduct(b, rows, Heights.of(rows));
    }

    /// How many pointers there are.
    public int pointers() {
        return rows * b.runs();
    }

    /// Where the pointer of a run of the first row of a tile belongs; those of its other rows
    /// follow.
    ///
    /// @param row the first
    /// @param height rows of the tile
    public int slot(int run, int row, int height) {
        int first = run / b.group() * b.group();
        int runs = Math.min(b.group(), b.runs() - first);
        return first * rows + row * runs + (run - first) * height;
    }

    /// Computes some columns. Nothing is checked.
    ///
    /// @param pointers the address of the pointers
    /// @param c where the first of these columns of the first row begins
    /// @param rowBytes from row to row of the results
    /// @param panel the first panel of columns
    /// @param columns how many
    public void multiply(long pointers, long c, long rowBytes, int panel, int columns) {
        for (int done = 0; done < columns; done += Panels.WIDTH) {
            int width = Math.min(Panels.WIDTH, columns - done);
            long to = c + (long) done * Float.BYTES;
            for (int block = 0; block < b.blocks(); block++) {
                multiply(pointers, block, panel + done / Panels.WIDTH, to, rowBytes, width);
            }
        }
        Reference.reachabilityFence(b.memory());
    }

    /// One block of one panel of which so many columns exist.
    private void multiply(long pointers, int block, int panel, long c, long rowBytes, int columns) {
        int second = heights.full() * heights.tile();
        int third = second + heights.second();
        int most = heights.tile();
        tiles(pointers, block, panel, c, rowBytes, columns, 0, most, heights.full());
        tiles(pointers, block, panel, c, rowBytes, columns, second, heights.second(), 1);
        tiles(pointers, block, panel, c, rowBytes, columns, third, heights.third(), 1);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            long pointers,
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
        long slot = slot(b.firstRun(block), row, height);
        TILES.get(shape(height, Columns.of(columns), block > 0))
                .call(
                        pointers + slot * Long.BYTES,
                        b.address(block, panel),
                        c + row * rowBytes,
                        b.runs(block),
                        (long) b.firstTerm(block) << Integer.SIZE | b.terms(block),
                        rowBytes,
                        (long) columns << Integer.SIZE | tiles,
                        b.bytesToNext(block, panel));
    }
}

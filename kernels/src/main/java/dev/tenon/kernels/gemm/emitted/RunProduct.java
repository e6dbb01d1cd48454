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
        boolean even = rows % heights.tile() == 0;
        for (int block = 0; block < b.blocks(); block++) {
            int done = 0;
            while (done < columns) {
                // Lower tiles follow while the panel is near.
                int width = even ? columns - done : Math.min(Panels.WIDTH, columns - done);
                int whole = width / Panels.WIDTH;
                long to = c + (long) done * Float.BYTES;
                long from = b.address(block, panel + done / Panels.WIDTH);
                if (whole > 0) {
                    multiply(pointers, block, from, to, rowBytes, Columns.ALL, whole);
                    done += whole * Panels.WIDTH;
                } else {
                    multiply(pointers, block, from, to, rowBytes, Columns.of(width), width);
                    done += width;
                }
            }
        }
        Reference.reachabilityFence(b.memory());
    }

    private void multiply(
            long pointers,
            int block,
            long from,
            long c,
            long rowBytes,
            Columns columns,
            int count) {
        int second = heights.full() * heights.tile();
        int third = second + heights.second();
        int most = heights.tile();
        tiles(pointers, block, from, c, rowBytes, columns, count, 0, most, heights.full());
        tiles(pointers, block, from, c, rowBytes, columns, count, second, heights.second(), 1);
        tiles(pointers, block, from, c, rowBytes, columns, count, third, heights.third(), 1);
    }

    /// Tiles of one height, from a row on.
    private void tiles(
            long pointers,
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
        long slot = slot(b.firstRun(block), row, height);
        TILES.get(shape(height, columns, block > 0))
                .call(
                        pointers + slot * Long.BYTES,
                        from,
                        c + row * rowBytes,
                        b.runs(block),
                        (long) b.firstTerm(block) << Integer.SIZE | b.terms(block),
                        rowBytes,
                        tiles,
                        count);
    }
}

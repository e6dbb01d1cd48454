package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Products of a number of rows of a lasting matrix with up to 256 columns that are gathered row by
/// row, such as the weights of a convolution with the windows of some positions. Nothing is
/// checked.
public final class WindowProduct {
    /// Columns at most.
    public static final int MAX_COLUMNS = TileCode.WINDOW;

    private static final int ROW = Layout.WINDOWS.rowNumbers(Panels.WIDTH);

    private final TileRows tiles;

    /// @param aStride from row to row on the left, in numbers
    /// @param cStride from row to row of the results
    public WindowProduct(GemmRoutines routines, int rows, long aStride, long cStride) {
        long aBytes = aStride * Float.BYTES;
        long cBytes = cStride * Float.BYTES;
        var plain = routines.tiles(EpilogueProgram.NONE);
        tiles = new TileRows(plain, Layout.WINDOWS, Heights.of(rows), aBytes, cBytes);
    }

    /// Room for a gathered matrix that lasts as long as the scope.
    ///
    /// @param depth rows
    public static MemorySegment in(NativeScratch scratch, int depth) {
        return scratch.floats((long) depth * ROW);
    }

    /// Sets a row of a gathered matrix.
    public static void set(MemorySegment windows, int index, float[] row, int columns) {
        Memory.store(row, 0, windows, (long) index * ROW, columns);
    }

    /// `c = a · windows`, or `c += a · windows`, for some rows of the gathered matrix.
    ///
    /// @param a the address of the first left-hand number that meets them
    /// @param first of these rows
    /// @param depth how many they are
    /// @param c the address of the results
    /// @param accumulate whether to add to what is there
    public void multiply(
            long a,
            MemorySegment windows,
            int first,
            int depth,
            long c,
            int columns,
            boolean accumulate) {
        long from = windows.address() + (long) first * ROW * Float.BYTES;
        int whole = columns / Panels.WIDTH;
        long bytes = (long) whole * Panels.WIDTH * Float.BYTES;
        tiles.whole(a, from, c, depth, 0, whole, (long) Panels.WIDTH * Float.BYTES, accumulate);
        tiles.rest(a, from + bytes, c + bytes, depth, 0, columns % Panels.WIDTH, accumulate);
        Reference.reachabilityFence(windows);
    }
}

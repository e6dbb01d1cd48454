package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.emitted.TileCode.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// The product of rows of a lasting matrix with up to 256 columns that are gathered row by row,
/// such as the weights of a convolution with the windows of some positions.
///
/// @param depth rows of the gathered matrix
/// @param columns of it
public record WindowProduct(GemmRoutines routines, MemorySegment windows, int depth, int columns) {
    /// Columns at most.
    public static final int MAX_COLUMNS = TileCode.WINDOW;

    private static final int ROW = Layout.WINDOWS.rowNumbers(Panels.WIDTH);

    /// Room for the gathered matrix that lasts as long as the scope.
    public static WindowProduct in(
            NativeScratch scratch, GemmRoutines routines, int depth, int columns) {
        if (columns > MAX_COLUMNS) {
            throw new IllegalArgumentException(columns + " columns are too many");
        }
        return new WindowProduct(routines, scratch.floats((long) depth * ROW), depth, columns);
    }

    /// Sets a row of the gathered matrix.
    public void set(int index, float[] row) {
        Memory.store(row, 0, windows, (long) index * ROW, columns);
    }

    /// Some rows of the gathered matrix.
    public WindowProduct part(int from, int count) {
        return new WindowProduct(
                routines,
                windows.asSlice((long) from * ROW * Float.BYTES, (long) count * ROW * Float.BYTES),
                count,
                columns);
    }

    /// `c = a · windows`, or `c += a · windows`.
    ///
    /// @param a native, row-major; not the heap
    /// @param aOffset of its first element
    /// @param aStride from row to row
    /// @param c native
    /// @param accumulate whether to add to what is there
    /// @throws IndexOutOfBoundsException when an element is outside of the memory
    public void multiply(
            MemorySegment a,
            long aOffset,
            long aStride,
            int rows,
            MemorySegment c,
            long cOffset,
            long cStride,
            boolean accumulate) {
        long left = Addresses.of(a, aOffset, (rows - 1) * aStride + depth);
        long to = Addresses.of(c, cOffset, (rows - 1) * cStride + columns);
        var tiles =
                new TileRows(
                        routines,
                        Layout.WINDOWS,
                        rows,
                        depth,
                        aStride * Float.BYTES,
                        cStride * Float.BYTES,
                        accumulate);
        int whole = columns / Panels.WIDTH;
        long bytes = (long) whole * Panels.WIDTH * Float.BYTES;
        tiles.whole(left, windows.address(), to, whole);
        tiles.rest(left, windows.address() + bytes, to + bytes, columns % Panels.WIDTH);
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(c);
        Reference.reachabilityFence(windows);
    }
}

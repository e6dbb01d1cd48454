package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Storage;
import java.lang.foreign.MemorySegment;

/// The right-hand matrix of a product in native memory: panels of two vectors' columns, in each of
/// them row after row. The last panel is filled up with zeros. Sums are added up by blocks of rows.
///
/// @param depth rows
/// @param blockDepth rows of a block; the last may have fewer
public record Panels(MemorySegment memory, int depth, int columns, int blockDepth) {
    /// Columns of a panel.
    public static final int WIDTH = TileSize.here().panel();

    /// A panel of so many rows stays in the first-level cache together with a tile of the left-hand
    /// matrix.
    private static final int MAX_BLOCK_DEPTH = 384;

    /// Memory for a matrix that lasts as long as a storage.
    public static Panels lasting(Storage storage, int depth, int columns) {
        long bytes = floats(depth, columns) * Float.BYTES;
        return of(storage.allocate(bytes, (long) WIDTH * Float.BYTES), depth, columns);
    }

    /// The same matrix, perhaps in memory that others have in common with the storage.
    public Panels shared(Storage storage) {
        return new Panels(storage.share(memory), depth, columns, blockDepth);
    }

    /// Memory for a matrix that lasts as long as the scope.
    public static Panels in(NativeScratch scratch, int depth, int columns) {
        return of(scratch.floats(floats(depth, columns)), depth, columns);
    }

    private static Panels of(MemorySegment memory, int depth, int columns) {
        int blocks = Math.max(1, Math.ceilDiv(depth, MAX_BLOCK_DEPTH));
        int even = Math.ceilDiv(depth, blocks);
        return new Panels(memory, depth, columns, Math.max(1, Math.ceilDiv(even, WIDTH)) * WIDTH);
    }

    /// How many numbers a matrix takes.
    public static long floats(int depth, int columns) {
        return (long) depth * count(columns) * WIDTH;
    }

    public static int count(int columns) {
        return Math.ceilDiv(columns, WIDTH);
    }

    public int count() {
        return count(columns);
    }

    /// Panels of which all columns exist.
    int whole() {
        return columns / WIDTH;
    }

    public int blocks() {
        return Math.max(1, Math.ceilDiv(depth, blockDepth));
    }

    /// The first row of a block.
    public int blockStart(int block) {
        return block * blockDepth;
    }

    public int blockDepth(int block) {
        return Math.min(blockDepth, depth - block * blockDepth);
    }

    /// Where a panel begins, in numbers from the start of the memory.
    long offset(int block, int panel) {
        return ((long) panel * depth + blockStart(block)) * WIDTH;
    }

    /// From panel to panel.
    long panelBytes() {
        return (long) depth * WIDTH * Float.BYTES;
    }

    /// From the beginning of a block of a panel to that of what is multiplied after it: of the next
    /// block, or of the first one of other panels.
    ///
    /// @param first of the panels that are multiplied block by block
    /// @param panel the last of them
    long bytesToNext(int block, int first, int panel) {
        boolean last = block + 1 == blocks();
        return address(last ? 0 : block + 1, last ? panel + 1 : first) - address(block, panel);
    }

    long address(int block, int panel) {
        return memory.address() + offset(block, panel) * Float.BYTES;
    }

    /// Sets a row of the matrix.
    ///
    /// @param values one a column, and zeros up to a multiple of [#WIDTH]
    public void setRow(int row, float[] values) {
        int block = row / blockDepth;
        for (int panel = 0; panel < count(); panel++) {
            long at = offset(block, panel) + (long) (row - blockStart(block)) * WIDTH;
            Memory.store(values, panel * WIDTH, memory, at, WIDTH);
        }
    }
}

package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Storage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The right-hand matrix of a product whose left-hand rows consist of runs: one row for each number
/// of each run, in panels of [Panels#WIDTH] columns, in each of them row after row. The last panel
/// is filled up with zeros.
///
/// Sums are added up by blocks of rows. A block has several whole runs, or part of one run.
///
/// @param runs of a left-hand row
/// @param length numbers of a run
/// @param group whole runs of a block, at least 1
/// @param part numbers of a run in a block
public record RunPanels(
        MemorySegment memory, int runs, int length, int columns, int group, int part) {
    /// A panel of so many rows stays in the first-level cache together with a tile of the left-hand
    /// matrix.
    private static final int MAX_BLOCK_DEPTH = 384;

    private static final int PANEL = Panels.WIDTH;

    /// Copies a matrix.
    ///
    /// @param matrix row-major
    public static RunPanels pack(
            Storage storage, int runs, int length, int columns, float[] matrix) {
        int most = Math.clamp(MAX_BLOCK_DEPTH / Math.max(1, length), 1, runs);
        int group = Math.ceilDiv(runs, Math.ceilDiv(runs, most));
        int parts = Math.max(1, Math.ceilDiv(length, MAX_BLOCK_DEPTH));
        int part = Math.ceilDiv(Math.ceilDiv(length, parts), 8) * 8;
        long bytes = (long) runs * length * panels(columns) * PANEL * Float.BYTES;
        var memory = storage.allocate(bytes, (long) PANEL * Float.BYTES);
        var panels = new RunPanels(memory, runs, length, columns, group, Math.max(1, part));
        for (int block = 0; block < panels.blocks(); block++) {
            panels.fill(block, matrix);
        }
        return new RunPanels(storage.share(memory), runs, length, columns, group, panels.part);
    }

    private void fill(int block, float[] matrix) {
        var row = new float[PANEL];
        for (int panel = 0; panel < panels(); panel++) {
            int from = panel * PANEL;
            int count = Math.min(PANEL, columns - from);
            Arrays.fill(row, 0);
            for (int k = 0; k < depth(block); k++) {
                System.arraycopy(matrix, (firstRow(block) + k) * columns + from, row, 0, count);
                Memory.store(row, 0, memory, offset(block, panel) + (long) k * PANEL, PANEL);
            }
        }
    }

    private static int panels(int columns) {
        return Math.ceilDiv(columns, PANEL);
    }

    public int panels() {
        return panels(columns);
    }

    public int depth() {
        return runs * length;
    }

    private int partsOfRun() {
        return Math.max(1, Math.ceilDiv(length, part));
    }

    int blocks() {
        return Math.ceilDiv(runs, group) * partsOfRun();
    }

    int firstRun(int block) {
        return block / partsOfRun() * group;
    }

    int runs(int block) {
        return Math.min(group, runs - firstRun(block));
    }

    /// The first number of each run of a block.
    int firstTerm(int block) {
        return block % partsOfRun() * part;
    }

    /// The numbers of each run of a block.
    int terms(int block) {
        return Math.min(part, length - firstTerm(block));
    }

    private int firstRow(int block) {
        return firstRun(block) * length + firstTerm(block);
    }

    private int depth(int block) {
        return runs(block) * terms(block);
    }

    private long offset(int block, int panel) {
        return ((long) panel * depth() + firstRow(block)) * PANEL;
    }

    /// From the beginning of a block of a panel to that of the next block, or of the next panel.
    long bytesToNext(int block, int panel) {
        boolean last = block + 1 == blocks();
        return address(last ? 0 : block + 1, last ? panel + 1 : panel) - address(block, panel);
    }

    long address(int block, int panel) {
        return memory.address() + offset(block, panel) * Float.BYTES;
    }
}

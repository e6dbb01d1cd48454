package dev.tenon.kernels.conv;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A rectangle of a channels-last output that emitted code writes: where it is, or a copy when that
/// is on the heap.
///
/// @param y the whole output
/// @param row the first position, of those of all images
/// @param stride from position to position
/// @param from the first feature
/// @param memory what is written: `y`, or the rectangle alone
record RowTarget(
        MemorySegment y,
        int row,
        int rows,
        int stride,
        int from,
        int columns,
        MemorySegment memory) {
    static RowTarget of(
            MemorySegment y,
            int row,
            int rows,
            int stride,
            int from,
            int columns,
            NativeScratch scratch) {
        if (y.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
        var memory = y.isNative() ? y : scratch.floats((long) rows * columns);
        return new RowTarget(y, row, rows, stride, from, columns, memory);
    }

    private boolean isInPlace() {
        return y.isNative();
    }

    /// Where the rectangle begins in the output.
    private long offset() {
        return (long) row * stride + from;
    }

    private int memoryStride() {
        return isInPlace() ? stride : columns;
    }

    long memoryOffset() {
        return isInPlace() ? offset() : 0;
    }

    long address() {
        long extent = (long) (rows - 1) * memoryStride() + columns;
        return Addresses.of(memory, memoryOffset(), extent);
    }

    long rowBytes() {
        return (long) memoryStride() * Float.BYTES;
    }

    /// Does what is done to finished rows, and puts them where they belong.
    void finish(Epilogue epilogue) {
        epilogue.applyTo(memory, memoryOffset(), memoryStride(), rows, columns, row, from);
        if (!isInPlace()) {
            long bytes = (long) columns * Float.BYTES;
            for (int i = 0; i < rows; i++) {
                long to = (offset() + (long) i * stride) * Float.BYTES;
                MemorySegment.copy(memory, i * bytes, y, to, bytes);
            }
        }
        Reference.reachabilityFence(y);
    }
}

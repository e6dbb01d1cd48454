package dev.tenon.kernels.conv;

import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.FusedEpilogue;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A rectangle of a channels-last output that emitted code writes.
///
/// @param y the whole output, native
/// @param address where the rectangle begins
/// @param row the first position, of those of all images
/// @param stride from position to position
/// @param from the first feature
record RowTarget(
        MemorySegment y, long address, int row, int rows, int stride, int from, int columns) {
    static RowTarget of(MemorySegment y, int row, int rows, int stride, int from, int columns) {
        long extent = (long) (rows - 1) * stride + columns;
        long address = Addresses.of(y, (long) row * stride + from, extent);
        return new RowTarget(y, address, row, rows, stride, from, columns);
    }

    /// All features of some positions.
    static RowTarget of(MemorySegment y, long row, int rows, int features) {
        return of(y, Math.toIntExact(row), rows, features, 0, features);
    }

    long rowBytes() {
        return (long) stride * Float.BYTES;
    }

    /// Does what is left to do to finished rows, and keeps what is fused reachable until then.
    void finish(FusedEpilogue epilogue) {
        finish(epilogue.rest());
        Reference.reachabilityFence(epilogue);
    }

    /// Does what is done to finished rows.
    void finish(Epilogue epilogue) {
        epilogue.applyTo(y, (long) row * stride + from, stride, rows, columns, row, from);
    }
}

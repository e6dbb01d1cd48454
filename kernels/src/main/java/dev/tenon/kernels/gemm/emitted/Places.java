package dev.tenon.kernels.gemm.emitted;

import dev.tenon.kernels.emitted.Addresses;
import dev.tenon.kernels.gemm.MatrixView;

/// Addresses for emitted code, which checks nothing itself: whatever it will touch is checked here
/// first.
final class Places {
    private Places() {}

    /// Whether emitted code can reach the elements of a matrix: they are not on the heap, and lie
    /// forwards.
    static boolean isReachable(MatrixView matrix) {
        return matrix.memory().isNative() && matrix.rowStride() >= 0 && matrix.columnStride() >= 0;
    }

    /// Where a reachable matrix begins.
    ///
    /// @param offset of its first element
    /// @throws IndexOutOfBoundsException when an element is outside of the memory
    /// @throws IllegalStateException when the memory was freed
    static long address(MatrixView matrix, long offset) {
        long last =
                matrix.rows() == 0 || matrix.columns() == 0
                        ? 0
                        : (matrix.rows() - 1) * matrix.rowStride()
                                + (matrix.columns() - 1) * matrix.columnStride()
                                + 1;
        return Addresses.of(matrix.memory(), offset, last);
    }
}

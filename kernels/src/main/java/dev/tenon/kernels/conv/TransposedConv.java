package dev.tenon.kernels.conv;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;

/// Transposed convolutions of `f32` tensors over one to three spatial axes: each input element is
/// spread over the taps of a window on the output.
public interface TransposedConv {
    /// The kernels, best first.
    KernelFamily<Query, TransposedConv> FAMILY =
            KernelFamily.of("transposed-conv", new JavaTransposedConv());

    /// What is known when a plan is made.
    ///
    /// @param weights `[channels, features/groups, taps…]`, constant
    record Query(Tensor weights, int groups) {}

    /// @param shape the window over the output, as of the forward convolution whose gradient this
    ///   is
    /// @param epilogue done to whole features; a row is one feature, its columns are positions
    void run(MemorySegment x, MemorySegment y, ConvShape shape, Epilogue epilogue, Workers workers);
}

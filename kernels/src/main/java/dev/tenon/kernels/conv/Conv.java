package dev.tenon.kernels.conv;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;

/// Convolutions of `f32` tensors over one to three spatial axes.
public interface Conv {
    /// The kernels, best first.
    KernelFamily<Query, Conv> FAMILY =
            KernelFamily.of("conv", new DepthwiseConv(), new EmittedConv(), new TiledConv());

    /// What is known when a plan is made.
    ///
    /// @param weights `[features, channels/groups, taps…]`, constant
    record Query(Tensor weights, int groups) {}

    /// @param epilogue done to pieces of the output; a row is one feature of one image, numbered by
    ///   feature alone, its columns are positions
    void run(MemorySegment x, MemorySegment y, ConvShape shape, Epilogue epilogue, Workers workers);
}

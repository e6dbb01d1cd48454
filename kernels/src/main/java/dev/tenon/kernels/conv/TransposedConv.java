package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.Epilogue;
import java.lang.foreign.MemorySegment;

/// Transposed convolutions of `f32` tensors over one to three spatial axes: each input element is
/// spread over the taps of a window on the output.
public interface TransposedConv {
    /// The kernels, best first. For each layout the last one is plain Java.
    KernelFamily<Query, TransposedConv> FAMILY =
            KernelFamily.of(
                            "transposed-conv",
                            new TilingTransposedConv(),
                            new JavaTransposedConv(),
                            new LastTransposedConv())
                    .checkedOn(TransposedConvSamples::all);

    /// What is known when a plan is made.
    ///
    /// @param weights `[channels, features/groups, taps…]`, constant
    /// @param tiles whether the windows of neighbouring input elements lie side by side on the
    ///   output and fill it: strides as wide as the kernel, no padding, no dilation
    /// @param layout of input and output
    record Query(Tensor weights, int groups, boolean tiles, Layout layout) {
        int features() {
            return Math.toIntExact(weights.dim(1) * groups);
        }

        int taps() {
            long taps = weights.size() / Math.max(1, weights.dim(0) * weights.dim(1));
            return Math.toIntExact(taps);
        }
    }

    /// @param shape the window over the output, as of the forward convolution whose gradient this
    ///   is
    /// @param epilogue done to pieces of the output, as in [Conv#run]
    /// @param room lasts as long as the work
    Work prepare(
            MemorySegment x,
            MemorySegment y,
            ConvShape shape,
            Epilogue epilogue,
            NativeScratch room);

    /// Computes once.
    default void run(
            MemorySegment x, MemorySegment y, ConvShape shape, Epilogue epilogue, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, shape, epilogue, room).run(workers);
        }
    }
}

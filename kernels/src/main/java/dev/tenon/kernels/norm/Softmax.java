package dev.tenon.kernels.norm;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Softmax along lines of an `f32` tensor, or its logarithm.
public interface Softmax {
    /// The kernels, best first.
    KernelFamily<Query, Softmax> FAMILY =
            KernelFamily.of("softmax", new EmittedSoftmax(), new JavaSoftmax())
                    .checkedOn(RowSamples::softmax);

    /// @param logarithm whether the result is the logarithm of the softmax
    record Query(boolean logarithm) {}

    /// @param y may be `x`
    void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers);
}

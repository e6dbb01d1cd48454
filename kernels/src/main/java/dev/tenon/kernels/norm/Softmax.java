package dev.tenon.kernels.norm;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
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
    /// @param room lasts as long as the work
    Work prepare(MemorySegment x, MemorySegment y, Lines lines, NativeScratch room);

    /// Computes once.
    default void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, lines, room).run(workers);
        }
    }
}

package dev.tenon.kernels.reduce;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Folds each line of an `f32` tensor into one number.
public interface Reduction {
    /// The kernels, best first.
    KernelFamily<Query, Reduction> FAMILY =
            KernelFamily.of("reduce", new EmittedReduction(), new JavaReduction())
                    .checkedOn(ReductionSamples::all);

    /// What a line becomes.
    enum Fold {
        SUM,
        MEAN,
        MAX,
        MIN,
        SUM_OF_SQUARES,
        /// The root of the sum of squares.
        NORM
    }

    record Query(Fold fold) {}

    /// @param y `outer · inner` numbers
    /// @param room lasts as long as the work
    Work prepare(MemorySegment x, MemorySegment y, Lines lines, NativeScratch room);

    /// Computes once.
    default void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, lines, room).run(workers);
        }
    }
}

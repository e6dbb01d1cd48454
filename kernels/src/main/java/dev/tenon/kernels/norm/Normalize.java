package dev.tenon.kernels.norm;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Normalises groups of neighbouring `f32` elements by their own statistics, then scales and shifts
/// them.
public interface Normalize {
    /// The kernels, best first.
    KernelFamily<Query, Normalize> FAMILY =
            KernelFamily.of("normalize", new EmittedNormalize(), new JavaNormalize())
                    .checkedOn(RowSamples::normalize);

    /// What the elements are divided by, after their mean is taken away or not.
    enum Statistic {
        /// `(x - mean) / √(variance + ε)`.
        DEVIATION,
        /// `x / √(mean(x²) + ε)`.
        ROOT_MEAN_SQUARE
    }

    record Query(Statistic statistic, float epsilon) {}

    /// The groups and their scales.
    ///
    /// @param groups how many there are
    /// @param length elements of a group
    /// @param scale null for 1
    /// @param bias null for 0
    /// @param run so many neighbouring elements share a scale; those of an element `i` of the whole
    ///   tensor are at `i / run % period`
    /// @param period how many scales there are
    record Groups(
            long groups,
            int length,
            @Nullable MemorySegment scale,
            @Nullable MemorySegment bias,
            int run,
            int period) {}

    /// @param y may be `x`
    /// @param room lasts as long as the work
    Work prepare(MemorySegment x, MemorySegment y, Groups groups, NativeScratch room);

    /// Computes once.
    default void run(MemorySegment x, MemorySegment y, Groups groups, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, groups, room).run(workers);
        }
    }
}

package dev.tenon.kernels.pool;

import dev.tenon.base.Layout;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.conv.ConvShape;
import java.lang.foreign.MemorySegment;

/// Pooling of `f32` tensors over one to three spatial axes.
public interface Pool {
    /// The kernels, best first.
    KernelFamily<Query, Pool> FAMILY =
            KernelFamily.of(
                            "pool",
                            new EmittedPool(),
                            new TransposingPool(),
                            new JavaPool(),
                            new JavaChannelsLastPool())
                    .checkedOn(PoolSamples::all);

    /// What a window becomes.
    enum Fold {
        /// The largest element; padding does not count.
        MAX,
        /// The mean of the elements; padding does not count.
        MEAN,
        /// The sum of the elements over the number of taps that lie in the padded input.
        MEAN_WITH_PADDING
    }

    /// What is known when a plan is made.
    ///
    /// @param layout of input and output
    record Query(Fold fold, Layout layout) {}

    /// @param shape one feature a channel
    /// @param after the padding after each axis
    /// @param room lasts as long as the work
    Work prepare(
            MemorySegment x, MemorySegment y, ConvShape shape, int[] after, NativeScratch room);

    /// Computes once.
    default void run(
            MemorySegment x, MemorySegment y, ConvShape shape, int[] after, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, shape, after, room).run(workers);
        }
    }
}

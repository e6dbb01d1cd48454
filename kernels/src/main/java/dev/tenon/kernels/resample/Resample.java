package dev.tenon.kernels.resample;

import dev.tenon.base.Layout;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Resamples the rows and columns of an `f32` tensor from tables of positions.
public interface Resample {
    /// The kernels, best first.
    KernelFamily<Query, Resample> FAMILY =
            KernelFamily.of(
                            "resample",
                            new PickingResample(),
                            new BlendingResample(),
                            new PlanePickingResample(),
                            new JavaResample(),
                            new JavaChannelsLastResample())
                    .checkedOn(ResampleSamples::all);

    /// What an output element is made of.
    enum Mode {
        /// One element; the second positions are not read.
        NEAREST,
        /// A blend of two elements along each axis.
        LINEAR
    }

    /// What is known when a plan is made.
    ///
    /// @param layout of input and output
    record Query(Mode mode, Layout layout) {}

    /// What an axis is made of: output position `i` is `first[i]` blended with `second[i]` by
    /// `blend[i]`, which is 0 for the first alone.
    ///
    /// @param input positions of the input
    record Axis(int input, int[] first, int[] second, float[] blend) {
        /// Positions of the output.
        public int output() {
            return first.length;
        }
    }

    /// The extents of one resampling.
    record Shape(long images, int channels, Axis rows, Axis columns) {}

    /// @param x `[images, channels, rows, columns]` or `[images, rows, columns, channels]`
    /// @param y likewise
    /// @param room lasts as long as the work
    Work prepare(MemorySegment x, MemorySegment y, Shape shape, NativeScratch room);

    /// Computes once.
    default void run(MemorySegment x, MemorySegment y, Shape shape, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, shape, room).run(workers);
        }
    }
}

package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import java.util.List;

/// Computes numbers from the elements at each place of `f32` tensors, after broadcasting, and folds
/// them along neighbouring axes.
public interface MapReduce {
    /// The kernels, best first.
    KernelFamily<Query, MapReduce> FAMILY =
            KernelFamily.of("map-reduce", new EmittedMapReduce(), new TwoStepMapReduce())
                    .checkedOn(ElementwiseSamples::mapReduce);

    /// What is known when a plan is made.
    ///
    /// @param expression what one number is; [Scalar.Arg] counts the inputs
    /// @param inputs how many there are
    record Query(Scalar expression, int inputs, Fold fold) {}

    /// Makes the computation ready on memory that is known.
    ///
    /// @param dims what the inputs broadcast to
    /// @param from the first folded axis
    /// @param to the first axis after them
    /// @param out a number for each index of the other axes
    /// @param room lasts as long as the work
    Work prepare(
            List<Tensor> inputs, long[] dims, int from, int to, Tensor out, NativeScratch room);

    /// Computes once.
    default void run(
            List<Tensor> inputs, long[] dims, int from, int to, Tensor out, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(inputs, dims, from, to, out, room).run(workers);
        }
    }
}

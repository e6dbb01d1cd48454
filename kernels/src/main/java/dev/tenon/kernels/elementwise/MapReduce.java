package dev.tenon.kernels.elementwise;

import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.reduce.Reduction.Fold;
import java.util.List;

/// Computes numbers from the elements at each place of `f32` tensors, after broadcasting, and folds
/// them along neighbouring axes.
public interface MapReduce {
    /// The kernels, best first.
    KernelFamily<Query, MapReduce> FAMILY =
            KernelFamily.of("map-reduce", new EmittedMapReduce(), new TwoStepMapReduce());

    /// What is known when a plan is made.
    ///
    /// @param expression what one number is; [Scalar.Arg] counts the inputs
    /// @param inputs how many there are
    record Query(Scalar expression, int inputs, Fold fold) {}

    /// @param dims what the inputs broadcast to
    /// @param from the first folded axis
    /// @param to the first axis after them
    /// @param out a number for each index of the other axes
    void run(List<Tensor> inputs, long[] dims, int from, int to, Tensor out, Workers workers);
}

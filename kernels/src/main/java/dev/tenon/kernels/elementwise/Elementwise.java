package dev.tenon.kernels.elementwise;

import dev.tenon.base.DType;
import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.util.List;

/// Computes each element of a tensor from the elements at its place in others, after broadcasting.
public interface Elementwise {
    /// The kernels, best first.
    KernelFamily<Query, Elementwise> FAMILY =
            KernelFamily.of("elementwise", new EmittedElementwise(), new JavaElementwise())
                    .checkedOn(ElementwiseSamples::all);

    /// What is known when a plan is made.
    ///
    /// @param expression what one element is; [Scalar.Arg] counts the inputs
    /// @param inputs their element types
    /// @param output the result's element type
    /// @param unsigned whether integers are compared and divided as unsigned
    record Query(Scalar expression, List<DType> inputs, DType output, boolean unsigned) {
        public Query {
            inputs = List.copyOf(inputs);
        }
    }

    /// @param out has the shape that the inputs broadcast to; it may be the memory of an input of
    ///   that shape
    /// @param room lasts as long as the work
    Work prepare(List<Tensor> inputs, Tensor out, NativeScratch room);

    /// Computes once.
    default void run(List<Tensor> inputs, Tensor out, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(inputs, out, room).run(workers);
        }
    }
}

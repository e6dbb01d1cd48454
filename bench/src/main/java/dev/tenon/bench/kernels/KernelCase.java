package dev.tenon.bench.kernels;

import dev.tenon.kernels.Kernel;
import dev.tenon.kernels.KernelFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// An operation of a kernel family at one size.
///
/// @param name unique, such as `gemm 384×768×768`
/// @param run makes a bound operation into one that can be repeated, on operands of its own
/// @param flops floating-point operations
/// @param bytes read and written, each once
public record KernelCase<Q, B>(
        String name,
        KernelFamily<Q, B> family,
        Q query,
        Function<B, Runnable> run,
        double flops,
        long bytes) {
    /// A kernel that takes the case, ready to be repeated.
    public record Candidate(String kernel, Runnable run) {}

    /// The kernels that do not refuse, in the family's order; the first is the one that is picked.
    public List<Candidate> candidates() {
        var candidates = new ArrayList<Candidate>();
        for (Kernel<Q, B> kernel : family.kernels()) {
            if (kernel.refuses(query).isEmpty()) {
                candidates.add(new Candidate(kernel.name(), run.apply(kernel.bind(query))));
            }
        }
        return candidates;
    }
}

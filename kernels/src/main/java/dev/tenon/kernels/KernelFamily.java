package dev.tenon.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The kernels of one family of operations, best first. The last one is plain Java and takes every
/// query that its family is meant for.
///
/// @param samples what emitted kernels are held against kernels in Java on; each emitted kernel
///   takes one of them at least
public record KernelFamily<Q, B>(
        String name, List<Kernel<Q, B>> kernels, Supplier<List<Sample<Q, B>>> samples) {
    public KernelFamily {
        kernels = List.copyOf(kernels);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    public static <Q, B> KernelFamily<Q, B> of(String name, Kernel<Q, B>... kernels) {
        return new KernelFamily<>(name, List.of(kernels), List::of);
    }

    /// The same with samples.
    public KernelFamily<Q, B> checkedOn(Supplier<List<Sample<Q, B>>> chosen) {
        return new KernelFamily<>(name, kernels, chosen);
    }

    /// What a query led to.
    ///
    /// @param kernel the kernel that took it; empty when all refused
    /// @param refusals those asked before it, in order
    public record Choice<Q, B>(Optional<Kernel<Q, B>> kernel, List<Refusal> refusals) {
        public Choice {
            refusals = List.copyOf(refusals);
        }
    }

    /// Asks the kernels in order and takes the first that does not refuse.
    public Choice<Q, B> choose(Q query) {
        var refusals = new ArrayList<Refusal>();
        for (var kernel : kernels) {
            var refusal = kernel.refuses(query).or(() -> SelfCheck.refusal(this, kernel));
            if (refusal.isEmpty()) {
                return new Choice<>(Optional.of(kernel), refusals);
            }
            refusals.add(refusal.get());
        }
        return new Choice<>(Optional.empty(), refusals);
    }

    /// The first kernel that takes a query and is not emitted.
    Kernel<Q, B> inJava(Q query) {
        return kernels.stream()
                .filter(kernel -> !(kernel instanceof EmittedKernel))
                .filter(kernel -> kernel.refuses(query).isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " has no kernel in Java"));
    }
}

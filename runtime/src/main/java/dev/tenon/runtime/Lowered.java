package dev.tenon.runtime;

import dev.tenon.kernels.Refusal;
import java.util.List;
import java.util.Set;

/// How a node is computed.
///
/// @param kernel the name of the kernel
/// @param action what is done at each run
/// @param refusals the kernels that were asked before, and why they refused
/// @param reads the inputs whose elements the action reads before it runs
record Lowered(String kernel, Action action, List<Refusal> refusals, Set<Integer> reads) {
    static final String VIEW = "view";

    Lowered {
        refusals = List.copyOf(refusals);
        reads = Set.copyOf(reads);
    }

    Lowered(String kernel, Action action, List<Refusal> refusals) {
        this(kernel, action, refusals, Set.of());
    }

    Lowered(String kernel, Action action) {
        this(kernel, action, List.of());
    }

    /// The same, whose action reads the contents of some inputs to find shapes.
    Lowered reading(Integer... inputs) {
        return new Lowered(kernel, action, refusals, Set.of(inputs));
    }

    /// Whether the only output is the first input in another shape.
    boolean isView() {
        return kernel.equals(VIEW);
    }

    /// Another name for the kernel.
    Lowered named(String name) {
        return new Lowered(name, action, refusals, reads);
    }
}

package dev.tenon.runtime;

import dev.tenon.kernels.Refusal;
import dev.tenon.kernels.Storage;
import java.util.List;
import java.util.Set;

/// How a node is computed.
///
/// @param kernel the name of the kernel
/// @param binding makes what is done at each run
/// @param refusals the kernels that were asked before, and why they refused
/// @param reads the inputs whose elements the action reads before it runs
record Lowered(String kernel, Binding binding, List<Refusal> refusals, Set<Integer> reads) {
    static final String VIEW = "view";

    /// What is left to do when it is decided who computes a node.
    @FunctionalInterface
    interface Binding {
        /// @param storage takes what is made of constants
        Action bind(Storage storage);
    }

    Lowered {
        refusals = List.copyOf(refusals);
        reads = Set.copyOf(reads);
    }

    Lowered(String kernel, Binding binding, List<Refusal> refusals) {
        this(kernel, binding, refusals, Set.of());
    }

    /// A node without constants.
    Lowered(String kernel, Action action) {
        this(kernel, _ -> action, List.of());
    }

    /// The same, whose action reads the contents of some inputs to find shapes.
    Lowered reading(Integer... inputs) {
        return new Lowered(kernel, binding, refusals, Set.of(inputs));
    }

    /// Whether the only output is the first input in another shape.
    boolean isView() {
        return kernel.equals(VIEW);
    }

    /// Another name for the kernel.
    Lowered named(String name) {
        return new Lowered(name, binding, refusals, reads);
    }
}

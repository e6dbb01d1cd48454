package dev.tenon.runtime;

import dev.tenon.kernels.Refusal;
import java.util.List;

/// How a node is computed.
///
/// @param kernel the name of the kernel
/// @param action what is done at each run
/// @param refusals the kernels that were asked before, and why they refused
record Lowered(String kernel, Action action, List<Refusal> refusals) {
    Lowered {
        refusals = List.copyOf(refusals);
    }

    Lowered(String kernel, Action action) {
        this(kernel, action, List.of());
    }
}

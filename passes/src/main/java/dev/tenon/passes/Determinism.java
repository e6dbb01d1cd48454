package dev.tenon.passes;

import dev.tenon.graph.Op;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.op.random.Random;

/// Whether operators give the same for the same inputs.
final class Determinism {
    private Determinism() {}

    /// False for operators that draw random numbers, a seed or not, and those with one in a
    /// subgraph.
    static boolean isDeterministic(Op op) {
        return !(op instanceof Random)
                && Subgraphs.of(op).values().stream()
                        .flatMap(g -> g.nodes().stream())
                        .allMatch(n -> isDeterministic(n.op()));
    }
}

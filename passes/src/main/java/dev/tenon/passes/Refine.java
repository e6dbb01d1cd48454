package dev.tenon.passes;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Specialiser;

/// Infers all types again: after subgraphs and constants changed, more may be known.
final class Refine implements Pass {
    @Override
    public String name() {
        return "refine";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        return Specialiser.refine(graph);
    }
}

package dev.tenon.passes;

import dev.tenon.graph.Graph;

/// Drops the nodes that no output depends on.
final class DropUnread implements Pass {
    @Override
    public String name() {
        return "drop-unread";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        return new Editor(graph).finish();
    }
}

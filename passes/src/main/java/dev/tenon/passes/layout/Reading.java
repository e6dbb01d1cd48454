package dev.tenon.passes.layout;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which values of a graph are read as images by nodes with a [Role], and which as they were.
final class Reading {
    /// @see #each
    @FunctionalInterface
    interface Visitor {
        /// @param reader the node that reads the value as an image; null for whoever reads it as it
        ///   was
        void read(Value value, @Nullable Node reader);
    }

    private Reading() {}

    /// Visits what is read, values that are constants or left out excepted.
    ///
    /// @param roles the nodes that read images
    static void each(Graph graph, Map<Node, Role> roles, Visitor visitor) {
        var inner = Collections.<Node>newSetFromMap(new IdentityHashMap<>());
        for (var role : roles.values()) {
            if (role instanceof Role.Shuffle(var cut, var swap, _)) {
                inner.add(cut);
                inner.add(swap);
            }
        }
        Visitor variables =
                (value, reader) -> {
                    if (value.isPresent() && value.constant() == null) {
                        visitor.read(value, reader);
                    }
                };
        for (var node : graph.nodes()) {
            if (!inner.contains(node)) {
                each(node, roles.get(node), variables);
            }
        }
        graph.outputs().forEach(o -> variables.read(o.value(), null));
    }

    private static void each(Node node, @Nullable Role role, Visitor visitor) {
        if (role instanceof Role.Shuffle(var cut, _, _)) {
            visitor.read(cut.input(0), node);
            return;
        }
        for (int i = 0; i < node.inputs().size(); i++) {
            boolean image = role != null && role.images().contains(i);
            visitor.read(node.input(i), image ? node : null);
        }
    }
}

package dev.tenon.passes.layout;

import dev.tenon.base.GraphException;
import dev.tenon.base.Layout;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.IdentityHashMap;

/// A node by itself, for timings.
public final class Isolated {
    private static final Layout LAST = Layout.CHANNELS_LAST;

    private Isolated() {}

    /// A graph of one node, in a layout, that reads and gives images in that layout. What is
    /// constant stays so; other inputs are the graph's.
    ///
    /// @param node in channels-first order
    /// @throws GraphException when the node has no form in that layout
    public static Graph graph(Node node, Layout layout) {
        var builder = Graph.builder(node.name());
        var known = new IdentityHashMap<Value, Value>();
        var inputs = new ArrayList<Value>();
        boolean last = layout == LAST;
        for (var input : node.inputs()) {
            inputs.add(
                    !input.isPresent()
                            ? Value.NONE
                            : known.computeIfAbsent(
                                    input,
                                    v -> {
                                        var constant = v.constant();
                                        if (constant != null) {
                                            return builder.constant(v.name(), constant);
                                        }
                                        if (!last || !Roles.isImage(v)) {
                                            return builder.input(v.name(), v.type());
                                        }
                                        var type = v.tensorType();
                                        var moved = Axes.moved(type.shape());
                                        return builder.add(
                                                new Transpose(
                                                        LAST.toChannelsFirst(type.shape().rank())),
                                                builder.input(
                                                        v.name(),
                                                        Type.tensor(type.dtype(), moved)));
                                    }));
        }
        var outputs = builder.add(node.op(), node.name(), inputs, node.outputs().size());
        for (var output : outputs) {
            builder.output(
                    last && Roles.isImage(output)
                            ? builder.add(
                                    new Transpose(LAST.fromChannelsFirst(Axes.rank(output))),
                                    output)
                            : output);
        }
        var graph = builder.build();
        return last ? laid(graph, node) : graph;
    }

    private static Graph laid(Graph graph, Node node) {
        var roles = new Roles(graph);
        var chosen = new IdentityHashMap<Node, Role>();
        for (var each : graph.nodes()) {
            var role = roles.of(each);
            if (role != null) {
                chosen.put(each, role);
            }
        }
        if (chosen.keySet().stream().noneMatch(n -> n.op().equals(node.op()))) {
            throw new GraphException(
                    Problem.of("the node cannot work in another layout")
                            .at(node.op().def().name(), node.name()));
        }
        return Rewriter.rewrite(graph, chosen);
    }
}

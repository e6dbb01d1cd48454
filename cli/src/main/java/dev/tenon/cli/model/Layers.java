package dev.tenon.cli.model;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/// The values inside a graph, for looking at them.
public final class Layers {
    private Layers() {}

    /// The values that nodes make, by name and in order; constants are left out.
    public static SequencedMap<String, Node> producers(Graph graph) {
        var producers = new LinkedHashMap<String, Node>();
        for (var node : graph.nodes()) {
            if (!(node.op() instanceof Constant)) {
                node.outputs().stream()
                        .filter(Value::isPresent)
                        .forEach(o -> producers.put(o.name(), node));
            }
        }
        return producers;
    }

    /// The graph with more of its values as outputs, after its own ones and under their own names.
    public static Graph expose(Graph graph, Set<String> names) {
        var outputs = new ArrayList<>(graph.outputs());
        var taken = new HashSet<String>();
        outputs.forEach(o -> taken.add(o.name()));
        for (var node : graph.nodes()) {
            for (var value : node.outputs()) {
                if (names.contains(value.name()) && taken.add(value.name())) {
                    outputs.add(new Graph.Output(value.name(), value));
                }
            }
        }
        return Graph.of(graph.name(), graph.inputs(), graph.nodes(), outputs, graph.metadata());
    }
}

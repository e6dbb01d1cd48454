package dev.tenon.formats.onnx;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.formats.onnx.proto.GraphProto;
import dev.tenon.formats.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The order in which a graph's nodes can run.
///
/// ONNX asks for topological order; files that lack it are put in order, the nodes' own order kept
/// where it is free.
final class NodeOrder {
    private NodeOrder() {}

    /// @param scope knows inputs, initialisers and what encloses the graph
    /// @throws FormatException when the nodes form a cycle
    static List<NodeProto> sort(List<NodeProto> nodes, Scope scope) {
        var makers = new HashMap<String, Integer>();
        for (int i = 0; i < nodes.size(); i++) {
            for (var output : nodes.get(i).output()) {
                if (!output.isEmpty()) {
                    makers.putIfAbsent(output, i);
                }
            }
        }
        var waiting = new int[nodes.size()];
        var readers = new ArrayList<List<Integer>>();
        nodes.forEach(n -> readers.add(new ArrayList<>()));
        boolean ordered = true;
        for (int i = 0; i < nodes.size(); i++) {
            for (var name : reads(nodes.get(i))) {
                var maker = makers.get(name);
                if (maker != null && !scope.defines(name)) {
                    waiting[i]++;
                    readers.get(maker).add(i);
                    ordered &= maker < i;
                }
            }
        }
        return ordered ? nodes : sort(nodes, waiting, readers);
    }

    private static List<NodeProto> sort(
            List<NodeProto> nodes, int[] waiting, List<List<Integer>> readers) {
        var ready = new TreeSet<Integer>();
        for (int i = 0; i < waiting.length; i++) {
            if (waiting[i] == 0) {
                ready.add(i);
            }
        }
        var sorted = new ArrayList<NodeProto>();
        while (!ready.isEmpty()) {
            int next = ready.removeFirst();
            sorted.add(nodes.get(next));
            for (int reader : readers.get(next)) {
                if (--waiting[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            var stuck = nodes.stream().filter(n -> !sorted.contains(n)).findFirst().orElseThrow();
            throw new FormatException(
                    Problem.of("the graph has a cycle")
                            .op(stuck.opType())
                            .node(
                                    stuck.name().isEmpty()
                                            ? String.join(",", stuck.output())
                                            : stuck.name()));
        }
        return sorted;
    }

    /// The names that a node reads, those that its subgraphs take from outside included.
    private static Set<String> reads(NodeProto node) {
        var names = new HashSet<>(node.input());
        var graphs = new ArrayDeque<GraphProto>();
        push(node, graphs);
        while (!graphs.isEmpty()) {
            for (var inner : graphs.pop().node()) {
                names.addAll(inner.input());
                push(inner, graphs);
            }
        }
        names.remove("");
        return names;
    }

    private static void push(NodeProto node, ArrayDeque<GraphProto> graphs) {
        for (var attribute : node.attribute()) {
            var graph = attribute.g();
            if (graph != null) {
                graphs.push(graph);
            }
            attribute.graphs().forEach(graphs::push);
        }
    }
}

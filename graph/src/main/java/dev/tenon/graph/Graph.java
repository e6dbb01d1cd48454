package dev.tenon.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable graph: inputs, nodes in an order in which they can run, and named outputs.
///
/// A graph is closed; what a subgraph takes from outside, it takes as inputs. It is built by a
/// [GraphBuilder] and edited by patches, which give a new graph.
public final class Graph {
    /// A result with the name that callers know it by; the name stays when the value is replaced.
    public record Output(String name, Value value) {}

    private final String name;
    private final List<Value> inputs;
    private final List<Node> nodes;
    private final List<Output> outputs;
    private final Map<String, String> metadata;
    private volatile @Nullable Map<Value, Node> producers;
    private volatile @Nullable Map<Value, List<Node>> consumers;
    private volatile @Nullable Boolean unread;
    private volatile @Nullable Boolean nested;

    Graph(
            String name,
            List<Value> inputs,
            List<Node> nodes,
            List<Output> outputs,
            Map<String, String> metadata) {
        this.name = name;
        this.inputs = List.copyOf(inputs);
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.metadata = Map.copyOf(metadata);
    }

    /// A graph from parts as they are; the nodes must be in an order in which they can run. Nothing
    /// is inferred or checked: that is the [Verifier]'s part.
    public static Graph of(
            String name,
            List<Value> inputs,
            List<Node> nodes,
            List<Output> outputs,
            Map<String, String> metadata) {
        return new Graph(name, inputs, nodes, outputs, metadata);
    }

    public static GraphBuilder builder(String name) {
        return new GraphBuilder(name);
    }

    public String name() {
        return name;
    }

    public List<Value> inputs() {
        return inputs;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public List<Output> outputs() {
        return outputs;
    }

    /// What the model's file says about it: producer, licence, author, and the like.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// The node that makes a value; null for inputs of the graph.
    public @Nullable Node producer(Value value) {
        var index = producers;
        if (index == null) {
            index = new IdentityHashMap<>();
            for (var node : nodes) {
                for (var output : node.outputs()) {
                    index.put(output, node);
                }
            }
            producers = index;
        }
        return index.get(value);
    }

    /// The nodes that read a value, in order; a node that reads it twice stands once.
    public List<Node> consumers(Value value) {
        var index = consumers;
        if (index == null) {
            index = new IdentityHashMap<>();
            for (var node : nodes) {
                for (var input : node.inputs()) {
                    var readers = index.get(input);
                    if (readers == null) {
                        readers = new ArrayList<>(2);
                        index.put(input, readers);
                    }
                    if (readers.isEmpty() || readers.getLast() != node) {
                        readers.add(node);
                    }
                }
            }
            consumers = index;
        }
        var readers = index.get(value);
        return readers == null ? List.of() : Collections.unmodifiableList(readers);
    }

    /// Whether a value is a result of the graph.
    public boolean isOutput(Value value) {
        for (var output : outputs) {
            if (output.value() == value) {
                return true;
            }
        }
        return false;
    }

    /// Whether there are nodes none of whose outputs is read or is a result of the graph.
    public boolean hasUnreadNodes() {
        var known = unread;
        if (known == null) {
            known = false;
            for (var node : nodes) {
                known |= !isRead(node);
            }
            unread = known;
        }
        return known;
    }

    private boolean isRead(Node node) {
        for (var output : node.outputs()) {
            if (output.isPresent() && !consumers(output).isEmpty() || isOutput(output)) {
                return true;
            }
        }
        return false;
    }

    /// Whether operators of nodes have subgraphs.
    public boolean hasSubgraphs() {
        var known = nested;
        if (known == null) {
            known = false;
            for (var node : nodes) {
                known |= Subgraphs.in(node.op());
            }
            nested = known;
        }
        return known;
    }

    /// The text form.
    @Override
    public String toString() {
        return TextForm.print(this);
    }
}

package dev.tenon.passes;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Types;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A change of a graph, and the only way to change one: nodes are added, values replaced by others.
///
/// Nodes whose outputs nobody reads any more are dropped; the names of the graph's outputs stay. A
/// value may be replaced by one whose type says more or less, but not by one whose type contradicts
/// it.
public final class Patch {
    private final List<Node> added;
    private final SequencedMap<Value, Value> replaced;

    private Patch(List<Node> added, SequencedMap<Value, Value> replaced) {
        this.added = List.copyOf(added);
        this.replaced = new LinkedHashMap<>(replaced);
    }

    /// A patch for a graph.
    public static Builder of(Graph graph) {
        return new Editor(graph).patch();
    }

    /// The new nodes, in an order in which they can run.
    List<Node> added() {
        return added;
    }

    /// The values that are replaced, and by which.
    SequencedMap<Value, Value> replaced() {
        return replaced;
    }

    /// The graph after the change; linear in the graph's size.
    ///
    /// @throws GraphException when the change would make a cycle, or reads values that are not of
    ///   the graph
    public Graph applyTo(Graph graph) {
        var editor = new Editor(graph);
        editor.apply(this);
        return editor.finish();
    }

    /// Collects a change.
    public static final class Builder {
        private final Editor editor;
        private final List<Node> added = new ArrayList<>();
        private final SequencedMap<Value, Value> replaced = new LinkedHashMap<>();

        Builder(Editor editor) {
            this.editor = editor;
        }

        /// Adds a node with one output; node and output are named like the given name.
        public Value add(Op op, String like, Value... inputs) {
            return add(op, like, Arrays.asList(inputs), List.of(like)).getFirst();
        }

        /// Adds a node.
        ///
        /// @param like what the node is named like
        /// @param outputsLike what the outputs are named like; empty where one is left out
        /// @throws GraphException when the inputs do not fit the operator
        public List<Value> add(Op op, String like, List<Value> inputs, List<String> outputsLike) {
            var names =
                    outputsLike.stream()
                            .map(n -> n.isEmpty() ? n : editor.valueNames().fresh(n))
                            .toList();
            return add(Inference.node(op, editor.nodeNames().fresh(like), inputs, names));
        }

        /// Adds a node in the place of one that nobody reads when the patch is applied, and whose
        /// name it takes over.
        public List<Value> addInPlaceOf(Node node, Op op, List<Value> inputs) {
            var names =
                    node.outputs().stream()
                            .map(o -> o.isPresent() ? editor.valueNames().fresh(o.name()) : "")
                            .toList();
            return add(Inference.node(op, node.name(), inputs, names));
        }

        /// Adds a node like one of another graph, with its attributes and what is known of its
        /// outputs.
        ///
        /// @return the outputs, [Value#NONE] where one is left out
        public List<Value> copy(Node node, List<Value> inputs) {
            var names =
                    node.outputs().stream()
                            .map(o -> o.isPresent() ? editor.valueNames().fresh(o.name()) : "")
                            .toList();
            var inferred =
                    Inference.node(node.op(), editor.nodeNames().fresh(node.name()), inputs, names);
            var types = new ArrayList<Type>();
            for (int i = 0; i < names.size(); i++) {
                var here = inferred.outputs().get(i).type();
                var there = node.outputs().get(i).type();
                // Symbols that inference made up in another graph may mean something else in this
                // one.
                types.add(Types.madeUp(there).isEmpty() ? Types.merge(here, there) : here);
            }
            return add(Inference.declared(inferred, types));
        }

        /// Adds a node as it is; its names must be free, or become free when the patch is applied.
        List<Value> add(Node node) {
            added.add(node);
            return node.outputs();
        }

        public Value constant(String like, Tensor tensor) {
            return add(new Constant(tensor), like);
        }

        /// Lets everything that reads a value read another instead.
        ///
        /// @throws GraphException when their types contradict each other
        public Builder replace(Value old, Value by) {
            if (Types.contradict(old.type(), by.type())) {
                throw new GraphException(
                        Problem.of("a value is replaced by one of another type")
                                .node(old.name())
                                .expected(old.type())
                                .got(by.type()));
            }
            replaced.put(old, by);
            return this;
        }

        /// Replaces the outputs of a node, each by the value at its place; outputs left out are
        /// skipped.
        public Builder replace(Node node, List<Value> by) {
            for (int i = 0; i < node.outputs().size(); i++) {
                if (node.outputs().get(i).isPresent()) {
                    replace(node.outputs().get(i), by.get(i));
                }
            }
            return this;
        }

        /// Replaces a node by another operator on other inputs; names of the node and its outputs
        /// stay, and what is known of the outputs.
        ///
        /// @throws GraphException when the inputs do not fit the operator, or the types of the
        ///   outputs contradict those of the node's
        public Builder replace(Node node, Op op, List<Value> inputs) {
            var names = node.outputs().stream().map(Value::name).toList();
            var inferred = Inference.node(op, node.name(), inputs, names);
            var types = new ArrayList<Type>();
            for (int i = 0; i < names.size(); i++) {
                var old = node.outputs().get(i).type();
                var type = inferred.outputs().get(i).type();
                types.add(Types.contradict(old, type) ? type : Types.merge(old, type));
            }
            return replace(node, add(Inference.declared(inferred, types)));
        }

        public Patch build() {
            return new Patch(added, replaced);
        }
    }
}

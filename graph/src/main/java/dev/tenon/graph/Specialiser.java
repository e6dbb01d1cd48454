package dev.tenon.graph;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Infers the types of a graph again, knowing more about its inputs than before.
///
/// The result computes the same, for the inputs that still fit. Names, node order and constants
/// stay; types, followed shape arithmetic and subgraphs become as precise as the inputs allow.
public final class Specialiser {
    private final Map<String, Dim> symbols;

    private Specialiser(Map<String, Dim> symbols) {
        this.symbols = symbols;
    }

    /// The graph with symbols of its inputs replaced; the same graph when nothing changes.
    ///
    /// @throws dev.tenon.base.GraphException when an operator does not take the extents
    public static Graph bind(Graph graph, Map<String, Dim> symbols) {
        var types = graph.inputs().stream().map(i -> i.type().substitute(symbols)).toList();
        return new Specialiser(symbols).graph(graph, inputs(graph, types));
    }

    /// The graph for inputs of the given types; the same graph when nothing changes.
    ///
    /// @throws InputException when a type does not fit the input's, or two extents are given for
    ///   one symbol
    /// @throws dev.tenon.base.GraphException when an operator does not take the extents
    public static Graph withInputs(Graph graph, List<? extends Type> types) {
        var symbols = bindings(graph, types);
        var merged = new ArrayList<Type>();
        for (int i = 0; i < types.size(); i++) {
            merged.add(Types.merge(types.get(i), graph.inputs().get(i).type().substitute(symbols)));
        }
        return new Specialiser(symbols).graph(graph, inputs(graph, merged));
    }

    /// The graph in which the elements of some inputs are known. They stay inputs of the graph,
    /// which no node reads.
    ///
    /// @param elements tensors of the inputs' types, by the inputs' positions
    public static Graph withElements(Graph graph, Map<Integer, Tensor> elements) {
        var valueNames = new Names();
        var nodeNames = new Names();
        graph.inputs().forEach(i -> valueNames.claim(i.name()));
        for (var node : graph.nodes()) {
            nodeNames.claim(node.name());
            node.outputs().forEach(o -> valueNames.claim(o.name()));
        }
        var constants = new ArrayList<Node>();
        var values = new IdentityHashMap<Value, Value>();
        elements.forEach(
                (position, tensor) -> {
                    var input = graph.inputs().get(position);
                    var constant =
                            Inference.node(
                                    new Constant(tensor),
                                    nodeNames.fresh(input.name()),
                                    List.of(),
                                    List.of(valueNames.fresh(input.name())));
                    constants.add(constant);
                    values.put(input, constant.output());
                });
        return new Specialiser(Map.of()).graph(graph, graph.inputs(), constants, values);
    }

    /// The graph inferred again, such as after edits; the same graph when nothing changes.
    public static Graph refine(Graph graph) {
        return new Specialiser(Map.of()).graph(graph, graph.inputs());
    }

    /// What the symbols of a graph's inputs stand for when the inputs have the given types.
    ///
    /// @throws InputException when a type does not fit the input's, or two extents are given for
    ///   one symbol
    public static Map<String, Dim> bindings(Graph graph, List<? extends Type> types) {
        if (types.size() != graph.inputs().size()) {
            throw new InputException(
                    Problem.of("wrong number of inputs of graph " + graph.name())
                            .expected(graph.inputs().size())
                            .got(types.size()));
        }
        var symbols = new LinkedHashMap<String, Dim>();
        for (int i = 0; i < types.size(); i++) {
            match(graph.inputs().get(i).type(), types.get(i), symbols);
        }
        for (int i = 0; i < types.size(); i++) {
            var input = graph.inputs().get(i);
            var expected = input.type().substitute(symbols);
            if (Types.contradict(expected, types.get(i))) {
                throw new InputException(
                        Problem.of("the input has a wrong type")
                                .node(input.name())
                                .expected(
                                        expected.equals(input.type())
                                                ? expected
                                                : input.type() + ", that is, " + expected)
                                .got(types.get(i)));
            }
        }
        return symbols;
    }

    private static void match(Type declared, Type given, Map<String, Dim> symbols) {
        if (declared instanceof Type.OfTensor(_, var shape)
                && given instanceof Type.OfTensor(_, var actual)) {
            match(shape, actual, symbols);
        } else if (declared instanceof Type.OfSequence(var x)
                && given instanceof Type.OfSequence(var y)) {
            match(x, y, symbols);
        } else if (declared instanceof Type.OfOptional(var x)
                && given instanceof Type.OfOptional(var y)) {
            match(x, y, symbols);
        } else if (declared instanceof Type.OfMap(_, var x)
                && given instanceof Type.OfMap(_, var y)) {
            match(x, y, symbols);
        }
    }

    private static void match(Shape declared, Shape given, Map<String, Dim> symbols) {
        if (!declared.isRanked() || !given.isRanked() || declared.rank() != given.rank()) {
            return;
        }
        for (int i = 0; i < declared.rank(); i++) {
            if (declared.dim(i) instanceof Dim.Symbol(var name)) {
                symbols.putIfAbsent(name, given.dim(i));
            }
        }
    }

    /// The graph's inputs with other types; an input that keeps its type stays the same value.
    private static List<Value> inputs(Graph graph, List<? extends Type> types) {
        var inputs = new ArrayList<Value>();
        for (int i = 0; i < types.size(); i++) {
            var old = graph.inputs().get(i);
            inputs.add(
                    old.type().equals(types.get(i))
                            ? old
                            : new Value(old.name(), types.get(i), old.constant(), old.content()));
        }
        return inputs;
    }

    private Graph graph(Graph graph, List<Value> inputs) {
        var values = new IdentityHashMap<Value, Value>();
        for (int i = 0; i < inputs.size(); i++) {
            values.put(graph.inputs().get(i), inputs.get(i));
        }
        return graph(graph, inputs, List.of(), values);
    }

    /// @param first nodes that come before the graph's
    /// @param values what is read in the place of the graph's inputs, and then of all its values
    private Graph graph(
            Graph graph, List<Value> inputs, List<Node> first, Map<Value, Value> values) {
        var nodes = new ArrayList<Node>(first);
        for (var node : graph.nodes()) {
            var refined = node(node, values);
            for (int i = 0; i < node.outputs().size(); i++) {
                values.put(node.outputs().get(i), refined.outputs().get(i));
            }
            nodes.add(refined);
        }
        if (nodes.equals(graph.nodes()) && inputs.equals(graph.inputs())) {
            return graph;
        }
        var outputs =
                graph.outputs().stream()
                        .map(
                                o ->
                                        new Graph.Output(
                                                o.name(),
                                                values.getOrDefault(o.value(), o.value())))
                        .toList();
        return Graph.of(graph.name(), inputs, nodes, outputs, graph.metadata());
    }

    private Node node(Node node, Map<Value, Value> values) {
        if (isSettled(node, values)) {
            return node;
        }
        var inputs = node.inputs().stream().map(i -> values.getOrDefault(i, i)).toList();
        int captures = Subgraphs.captures(node);
        var captured = inputs.subList(inputs.size() - captures, inputs.size());
        var op = Subgraphs.map(node.op(), g -> graph(g, subgraphInputs(g, captured)));
        var names = node.outputs().stream().map(Value::name).toList();
        var inferred = Inference.node(op, node.name(), inputs, names);
        var types = new ArrayList<Type>();
        for (int i = 0; i < names.size(); i++) {
            types.add(
                    Types.merge(
                            inferred.outputs().get(i).type(),
                            node.outputs().get(i).type().substitute(symbols)));
        }
        var refined = Inference.declared(inferred, types);
        boolean same = Objects.equals(op, node.op()) && inputs.equals(node.inputs());
        for (int i = 0; i < names.size() && same; i++) {
            same = knowsTheSame(node.outputs().get(i), refined.outputs().get(i));
        }
        return same ? node : refined;
    }

    /// Whether nothing can be learnt of a node: neither its inputs nor symbols change.
    private boolean isSettled(Node node, Map<Value, Value> values) {
        if (!node.isInferred()
                || !symbols.isEmpty() && !(node.op() instanceof Constant)
                || Subgraphs.in(node.op())) {
            return false;
        }
        for (var input : node.inputs()) {
            if (values.getOrDefault(input, input) != input) {
                return false;
            }
        }
        return true;
    }

    /// The inputs of a subgraph, of which the last are captured from around it.
    private List<Value> subgraphInputs(Graph graph, List<Value> captured) {
        var inputs = new ArrayList<Value>();
        int own = graph.inputs().size() - captured.size();
        for (int i = 0; i < graph.inputs().size(); i++) {
            var old = graph.inputs().get(i);
            var type = old.type().substitute(symbols);
            var refined = new Value(old.name(), type, old.constant(), old.content());
            if (i >= own) {
                var outside = inside(captured.get(i - own));
                refined =
                        new Value(
                                old.name(),
                                Types.merge(outside.type(), type),
                                old.constant(),
                                outside.content());
            }
            inputs.add(knowsTheSame(old, refined) ? old : refined);
        }
        return inputs;
    }

    /// What is known of a captured value, in the words of a subgraph: a symbol that inference made
    /// up is named after a node, and a node inside may have the same name.
    private static Value inside(Value captured) {
        var content = captured.content();
        var symbols = new HashMap<String, Dim>();
        Types.madeUp(captured.type()).forEach(s -> symbols.put(s, Dim.symbol("?" + s)));
        if (content != null) {
            Types.madeUp(content).forEach(s -> symbols.put(s, Dim.symbol("?" + s)));
        }
        if (symbols.isEmpty()) {
            return captured;
        }
        return new Value(
                captured.name(),
                captured.type().substitute(symbols),
                captured.constant(),
                content == null ? null : content.stream().map(d -> d.substitute(symbols)).toList());
    }

    private static boolean knowsTheSame(Value a, Value b) {
        return a.type().equals(b.type()) && Objects.equals(a.content(), b.content());
    }
}

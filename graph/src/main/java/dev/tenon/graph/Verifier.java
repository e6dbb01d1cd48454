package dev.tenon.graph;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks that a graph is well formed: every value is made once and before it is read, names are
/// unique, nodes have as many inputs and outputs as their operators take, types agree with
/// inference, and subgraphs are closed.
///
/// A declared type may say more or less than inference does, but not the contrary.
public final class Verifier {
    /// How deeply subgraphs may be nested, the graph itself included.
    public static final int MAX_DEPTH = 64;

    /// How many problems an exception's message lists.
    private static final int MAX_LISTED = 20;

    private final List<Problem> problems;
    private final String path;
    private final int depth;
    private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> valueNames = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();

    private Verifier(List<Problem> problems, String path, int depth) {
        this.problems = problems;
        this.path = path;
        this.depth = depth;
    }

    /// All problems of a graph and its subgraphs; empty when it is well formed. Nodes of subgraphs
    /// are named `node.component/inner`.
    public static List<Problem> problems(Graph graph) {
        var problems = new ArrayList<Problem>();
        new Verifier(problems, "", 1).graph(graph);
        return problems;
    }

    /// @throws GraphException when a graph is not well formed; it lists the problems
    public static void verify(Graph graph) {
        var problems = problems(graph);
        if (problems.size() == 1) {
            throw new GraphException(problems.getFirst());
        }
        if (!problems.isEmpty()) {
            var list =
                    problems.stream()
                            .limit(MAX_LISTED)
                            .map(p -> "\n  - " + p.message())
                            .collect(Collectors.joining());
            var more = problems.size() > MAX_LISTED ? "\n  - …" : "";
            throw new GraphException(
                    Problem.of(
                            "graph "
                                    + graph.name()
                                    + " has "
                                    + problems.size()
                                    + " problems:"
                                    + list
                                    + more));
        }
    }

    private void graph(Graph graph) {
        for (var input : graph.inputs()) {
            if (input.isPresent()) {
                define(input, path + input.name());
            } else {
                problems.add(Problem.of("an input of graph " + graph.name() + " is left out"));
            }
        }
        for (var node : graph.nodes()) {
            node(node, graph);
        }
        var outputNames = new HashSet<String>();
        for (var output : graph.outputs()) {
            if (!outputNames.add(output.name())) {
                problems.add(
                        Problem.of("two outputs have the same name").node(path + output.name()));
            }
            if (!defined.contains(output.value())) {
                problems.add(
                        Problem.of("no node makes this output")
                                .node(path + output.name())
                                .got(output.value()));
            }
        }
    }

    private void define(Value value, String where) {
        if (!defined.add(value)) {
            problems.add(Problem.of("a value is made twice").node(where).got(value));
        } else if (!valueNames.add(value.name()) || value.name().isEmpty()) {
            problems.add(
                    Problem.of(
                                    value.name().isEmpty()
                                            ? "a value has no name"
                                            : "two values have the same name")
                            .node(where)
                            .got(value));
        }
    }

    private void node(Node node, Graph graph) {
        if (!nodeNames.add(node.name())) {
            add(node, Problem.of("two nodes have the same name"));
        }
        boolean readable = true;
        for (var input : node.inputs()) {
            if (input.isPresent() && !defined.contains(input)) {
                readable = false;
                add(
                        node,
                        Problem.of(
                                        graph.producer(input) == null
                                                ? "it reads a value that is not of this graph"
                                                : "it reads a value before it is made")
                                .got(input));
            }
        }
        subgraphs(node);
        if (readable) {
            inference(node);
        }
        for (var output : node.outputs()) {
            if (output.isPresent()) {
                define(output, path + node.name());
            }
        }
    }

    /// Compares the outputs with what inference says.
    private void inference(Node node) {
        List<Value> inferred;
        try {
            var names = node.outputs().stream().map(Value::name).toList();
            inferred = Inference.node(node.op(), node.name(), node.inputs(), names).outputs();
        } catch (TenonException e) {
            add(node, e.problem());
            return;
        }
        for (int i = 0; i < inferred.size(); i++) {
            var output = node.outputs().get(i);
            var expected = inferred.get(i);
            if (output.isPresent() && Types.contradict(expected.type(), output.type())) {
                add(
                        node,
                        Problem.of("output " + i + " has a wrong type")
                                .expected(expected.type())
                                .got(output.type()));
            }
            var content = expected.content();
            var stated = output.content();
            if (content != null && stated != null && Types.contradict(content, stated)) {
                add(
                        node,
                        Problem.of("output " + i + " has wrong content")
                                .expected(content)
                                .got(stated));
            }
            if (expected.constant() != output.constant()) {
                add(node, Problem.of("output " + i + " is not the node's constant"));
            }
        }
    }

    private void subgraphs(Node node) {
        if (!Subgraphs.in(node.op())) {
            return;
        }
        if (depth == MAX_DEPTH) {
            add(
                    node,
                    Problem.of("subgraphs are nested too deeply").expected("at most " + MAX_DEPTH));
            return;
        }
        Subgraphs.of(node.op())
                .forEach(
                        (name, graph) -> {
                            var inner = path + node.name() + "." + name + "/";
                            new Verifier(problems, inner, depth + 1).graph(graph);
                            captures(node, name, graph);
                        });
    }

    /// The captures are the last inputs of the node and of each of its subgraphs.
    private void captures(Node node, String name, Graph graph) {
        int captures = Subgraphs.captures(node);
        int own = graph.inputs().size() - captures;
        if (captures < 0 || own < 0 || captures > node.inputs().size()) {
            add(
                    node,
                    Problem.of("subgraph " + name + " has too few inputs")
                            .expected("at least " + captures)
                            .got(graph.inputs().size()));
            return;
        }
        var captured = node.inputs().subList(node.inputs().size() - captures, node.inputs().size());
        for (int i = 0; i < captures; i++) {
            var inner = graph.inputs().get(own + i);
            var outer = captured.get(i);
            if (!outer.isPresent() || Types.contradict(outer.type(), inner.type())) {
                add(
                        node,
                        Problem.of("capture " + i + " does not fit subgraph " + name)
                                .expected(inner)
                                .got(outer));
            }
        }
    }

    private void add(Node node, Problem problem) {
        problems.add(problem.op(node.op().def().name()).node(path + node.name()));
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.graph.Graph;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Names;
import dev.tenon.graph.Node;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.control.Control;
import dev.tenon.graph.op.control.If;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rules for operators with subgraphs.
final class Controls {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("constant-condition", If.class, Controls::inlineBranch),
                    rule("constant-captures", Control.class, Controls::sinkConstants),
                    rule("unread-captures", Control.class, Controls::dropUnreadCaptures));

    private Controls() {}

    /// Puts the branch that is always taken in the place of the node.
    private static Optional<Patch> inlineBranch(If op, Node node, RuleContext context) {
        var condition = node.input(0).constant();
        if (condition == null) {
            return Optional.empty();
        }
        var branch = condition.getBoolean(0) ? op.thenBranch() : op.elseBranch();
        var patch = context.patch();
        var values = new HashMap<Value, Value>();
        values.put(Value.NONE, Value.NONE);
        for (int i = 0; i < branch.inputs().size(); i++) {
            values.put(branch.inputs().get(i), node.input(1 + i));
        }
        for (var inner : branch.nodes()) {
            var outputs = patch.copy(inner, inner.inputs().stream().map(values::get).toList());
            for (int i = 0; i < outputs.size(); i++) {
                values.put(inner.outputs().get(i), outputs.get(i));
            }
        }
        return Optional.of(
                patch.replace(
                                node,
                                branch.outputs().stream().map(o -> values.get(o.value())).toList())
                        .build());
    }

    /// Makes captured constants constants of the subgraphs.
    private static Optional<Patch> sinkConstants(Control op, Node node, RuleContext context) {
        var captures = captures(node);
        var sunk =
                IntStream.range(0, captures.size())
                        .filter(i -> captures.get(i).constant() != null)
                        .boxed()
                        .collect(Collectors.toSet());
        return without(
                node,
                sunk,
                context,
                graph -> {
                    int own = graph.inputs().size() - captures.size();
                    var names = new Names();
                    graph.nodes().forEach(n -> names.claim(n.name()));
                    var constants = new HashMap<Value, Value>();
                    var nodes = new ArrayList<Node>();
                    for (int i : sunk) {
                        var input = graph.inputs().get(own + i);
                        var tensor = captures.get(i).constant();
                        if (tensor != null) {
                            var like = input.name();
                            nodes.add(
                                    Inference.node(
                                            new Constant(tensor),
                                            names.fresh(like),
                                            List.of(),
                                            List.of(like)));
                            constants.put(input, nodes.getLast().output());
                        }
                    }
                    for (var inner : graph.nodes()) {
                        nodes.add(
                                inner.withInputs(
                                        inner.inputs().stream()
                                                .map(v -> constants.getOrDefault(v, v))
                                                .toList()));
                    }
                    var outputs =
                            graph.outputs().stream()
                                    .map(
                                            o ->
                                                    new Graph.Output(
                                                            o.name(),
                                                            constants.getOrDefault(
                                                                    o.value(), o.value())))
                                    .toList();
                    return Graph.of(graph.name(), graph.inputs(), nodes, outputs, graph.metadata());
                });
    }

    /// Drops captures that no subgraph reads.
    private static Optional<Patch> dropUnreadCaptures(Control op, Node node, RuleContext context) {
        int captures = captures(node).size();
        var unread =
                IntStream.range(0, captures)
                        .filter(
                                i ->
                                        Subgraphs.of(op).values().stream()
                                                .allMatch(
                                                        g -> {
                                                            var input =
                                                                    g.inputs()
                                                                            .get(
                                                                                    g.inputs()
                                                                                                    .size()
                                                                                            - captures
                                                                                            + i);
                                                            return g.consumers(input).isEmpty()
                                                                    && !g.isOutput(input);
                                                        }))
                        .boxed()
                        .collect(Collectors.toSet());
        return without(node, unread, context, UnaryOperator.identity());
    }

    private static List<Value> captures(Node node) {
        int captures = Subgraphs.captures(node);
        return node.inputs().subList(node.inputs().size() - captures, node.inputs().size());
    }

    /// Leaves captures out, by their indices among the captures, after the subgraphs were changed
    /// so that they do not read them.
    private static Optional<Patch> without(
            Node node, Set<Integer> dropped, RuleContext context, UnaryOperator<Graph> change) {
        if (dropped.isEmpty()) {
            return Optional.empty();
        }
        int captures = captures(node).size();
        var op =
                Subgraphs.map(
                        node.op(),
                        graph -> {
                            var changed = change.apply(graph);
                            return Graph.of(
                                    changed.name(),
                                    without(changed.inputs(), captures, dropped),
                                    changed.nodes(),
                                    changed.outputs(),
                                    changed.metadata());
                        },
                        captures - dropped.size());
        return Optional.of(
                context.patch()
                        .replace(node, op, without(node.inputs(), captures, dropped))
                        .build());
    }

    private static List<Value> without(List<Value> inputs, int captures, Set<Integer> dropped) {
        int own = inputs.size() - captures;
        return IntStream.range(0, inputs.size())
                .filter(i -> !dropped.contains(i - own))
                .mapToObj(inputs::get)
                .toList();
    }
}

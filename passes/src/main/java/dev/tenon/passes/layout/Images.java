package dev.tenon.passes.layout;

import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The nodes of a graph that may work in either layout, and the images between them.
///
/// Those that are not connected, through images, with a node that has kernels of its own for each
/// layout are left out: nothing is gained there.
final class Images {
    /// @param assumed the node with as many extents as can be told or assumed
    record Member(Node node, Role role, Node assumed) {}

    /// Reads its image as it is.
    private static final Role OPENING = new Role.Wrapped(Longs.of());

    private final Graph graph;
    private final List<Member> members;
    private final Map<Node, Integer> numbers = new IdentityHashMap<>();

    private Images(Graph graph, List<Member> members) {
        this.graph = graph;
        this.members = List.copyOf(members);
        for (int i = 0; i < members.size(); i++) {
            numbers.put(members.get(i).node(), i);
        }
    }

    static Images of(Graph graph) {
        var table = new Roles(graph);
        var roles = new LinkedHashMap<Node, Role>();
        for (var node : graph.nodes()) {
            var role = table.of(node);
            if (role != null) {
                roles.put(node, role);
            }
        }
        if (roles.values().stream().noneMatch(Images::isReason)) {
            return new Images(graph, List.of());
        }
        var assumed = Assumptions.applied(graph);
        var all = new ArrayList<Member>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            var role = roles.get(node);
            if (role != null) {
                all.add(new Member(node, role, assumed.nodes().get(i)));
            }
        }
        return new Images(graph, all).withReason();
    }

    /// Whether a node has kernels of its own for each layout.
    private static boolean isReason(Role role) {
        return role instanceof Role.Wrapped;
    }

    private Images withReason() {
        var groups = new Groups(members.size());
        values().forEach(
                        (value, readers) -> {
                            int first = producer(value);
                            for (int reader : readers) {
                                if (first != LayoutProblem.OUTSIDE
                                        && reader != LayoutProblem.OUTSIDE) {
                                    groups.join(first, reader);
                                }
                                first = first == LayoutProblem.OUTSIDE ? reader : first;
                            }
                        });
        var reasons = new boolean[members.size()];
        for (int i = 0; i < reasons.length; i++) {
            reasons[groups.of(i)] |= isReason(members.get(i).role());
        }
        var kept = new ArrayList<Member>();
        for (int i = 0; i < reasons.length; i++) {
            if (reasons[groups.of(i)]) {
                kept.add(members.get(i));
            }
        }
        return new Images(graph, kept);
    }

    /// The same, where nodes that are first to read an image in channels-last order read it as it
    /// is if that costs less than to bring it to this order first. What is done to it before,
    /// number by number, is done as it is.
    Images opened(LayoutCosts costs) {
        var inner = new Images(graph, members.stream().filter(m -> !isBeforeFirst(m)).toList());
        return new Images(
                graph,
                inner.members.stream()
                        .map(
                                m ->
                                        inner.opens(m, costs)
                                                ? new Member(m.node(), OPENING, m.assumed())
                                                : m)
                        .toList());
    }

    /// Whether a node changes the numbers of an image from outside for nodes that may open.
    private boolean isBeforeFirst(Member member) {
        var node = member.node();
        return member.role() instanceof Role.Pointwise
                && node.inputs().stream().allMatch(i -> producer(i) == LayoutProblem.OUTSIDE)
                && !graph.isOutput(node.output())
                && graph.consumers(node.output()).stream()
                        .allMatch(
                                reader ->
                                        number(reader) != LayoutProblem.OUTSIDE
                                                && mayOpen(members.get(number(reader))));
    }

    private static boolean mayOpen(Member member) {
        return member.role().equals(new Role.Wrapped(Longs.of(0)));
    }

    private boolean opens(Member member, LayoutCosts costs) {
        if (!mayOpen(member) || producer(member.node().input(0)) != LayoutProblem.OUTSIDE) {
            return false;
        }
        var node = member.assumed();
        return costs.opening(node)
                < costs.node(node, Layout.CHANNELS_LAST)
                        + costs.transposition(node.input(0).tensorType());
    }

    List<Member> members() {
        return members;
    }

    /// The choice of a layout for each member.
    LayoutProblem problem(LayoutCosts costs) {
        var problem = new LayoutProblem();
        members.forEach(m -> add(problem, m, costs));
        var types = new IdentityHashMap<Value, Value>();
        for (var member : members) {
            pair(member.node().inputs(), member.assumed().inputs(), types);
            pair(member.node().outputs(), member.assumed().outputs(), types);
        }
        values().forEach(
                        (value, readers) -> {
                            var known = types.getOrDefault(value, value);
                            problem.edge(
                                    producer(value),
                                    readers.stream().mapToInt(Integer::intValue).toArray(),
                                    Axes.isTrivial(Axes.shape(known))
                                            ? 0
                                            : costs.transposition(known.tensorType()));
                        });
        return problem;
    }

    private static void pair(List<Value> values, List<Value> assumed, Map<Value, Value> pairs) {
        for (int i = 0; i < values.size(); i++) {
            pairs.put(values.get(i), assumed.get(i));
        }
    }

    private static void add(LayoutProblem problem, Member member, LayoutCosts costs) {
        var node = member.assumed();
        switch (member.role()) {
            case Role.ToLast _ -> problem.node(costs.transposition(node.input(0).tensorType()), 0);
            case Role.FromLast _ ->
                    problem.node(costs.transposition(node.output().tensorType()), 0);
            case Role.Shuffle _ -> {
                double cost = costs.transposition(node.output().tensorType());
                problem.node(cost, cost);
            }
            case Role.Wrapped(var images) when images.isEmpty() ->
                    problem.node(costs.node(node, Layout.CHANNELS_FIRST), costs.opening(node));
            case Role.Wrapped _, Role.Pointwise _, Role.Along _, Role.Extents _ ->
                    problem.node(
                            costs.node(node, Layout.CHANNELS_FIRST),
                            costs.node(node, Layout.CHANNELS_LAST));
        }
    }

    /// For each value that a member makes or reads as an image, the members that read it so, and
    /// [LayoutProblem#OUTSIDE] where it is also read as it was.
    private SequencedMap<Value, List<Integer>> values() {
        var roles = new IdentityHashMap<Node, Role>();
        members.forEach(m -> roles.put(m.node(), m.role()));
        var values = new LinkedHashMap<Value, List<Integer>>();
        Reading.each(
                graph,
                roles,
                (value, reader) ->
                        values.computeIfAbsent(value, v -> new ArrayList<>()).add(number(reader)));
        values.entrySet()
                .removeIf(
                        e ->
                                producer(e.getKey()) == LayoutProblem.OUTSIDE
                                        && e.getValue().stream()
                                                .allMatch(r -> r == LayoutProblem.OUTSIDE));
        return values;
    }

    private int number(@Nullable Node node) {
        return node == null
                ? LayoutProblem.OUTSIDE
                : numbers.getOrDefault(node, LayoutProblem.OUTSIDE);
    }

    /// The member that makes a value as an image.
    private int producer(Value value) {
        int number = number(graph.producer(value));
        return number != LayoutProblem.OUTSIDE && members.get(number).role().laysOutputs()
                ? number
                : LayoutProblem.OUTSIDE;
    }
}

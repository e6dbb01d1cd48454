package dev.tenon.passes;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.Type;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Inference;
import dev.tenon.graph.Names;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Types;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.generate.Constant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A graph while patches are applied to it: each costs as much as what it touches.
///
/// Nodes that nobody reads are dropped at once, so that the readers of a value are always those
/// that count. Where a patch makes a value's type, content or constant better known, the types of
/// the nodes that read it are inferred again, and so on from there. Until the first change the
/// graph itself answers all questions.
final class Editor {
    private final Graph graph;
    private final Names valueNames = new Names();
    private final Names nodeNames = new Names();

    /// The nodes in the order in which they stood, new ones last; null where one was dropped.
    private final List<@Nullable Node> slots = new ArrayList<>();

    private final Map<Node, Integer> slotOf = new HashMap<>();
    private final Map<Value, Node> producers = new HashMap<>();
    private final Map<Value, Set<Node>> readers = new HashMap<>();
    private final List<Graph.Output> outputs = new ArrayList<>();
    private final Map<Value, List<Integer>> outputsOf = new HashMap<>();
    private final Map<Value, Value> forwarded = new HashMap<>();
    private List<Node> lastAdded = List.of();
    private List<Node> lastDropped = List.of();
    private boolean editing;
    private boolean changed;

    Editor(Graph graph) {
        this.graph = graph;
        if (graph.hasUnreadNodes()) {
            begin();
        }
    }

    /// Copies what is about to change.
    private void begin() {
        if (editing) {
            return;
        }
        editing = true;
        outputs.addAll(graph.outputs());
        for (int i = 0; i < outputs.size(); i++) {
            outputsOf.computeIfAbsent(outputs.get(i).value(), v -> new ArrayList<>()).add(i);
        }
        graph.inputs().forEach(i -> valueNames.claim(i.name()));
        graph.nodes().forEach(this::add);
        if (graph.hasUnreadNodes()) {
            graph.nodes().reversed().forEach(n -> dropIfUnread(n, new ArrayList<>()));
        }
    }

    Graph graph() {
        return graph;
    }

    /// The names of values that are taken.
    Names valueNames() {
        begin();
        return valueNames;
    }

    /// The names of nodes that are taken.
    Names nodeNames() {
        begin();
        return nodeNames;
    }

    /// The nodes there are now, roughly in the order in which they run.
    List<Node> nodes() {
        if (!editing) {
            return graph.nodes();
        }
        var nodes = new ArrayList<Node>(slots.size());
        for (var node : slots) {
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    /// The node that stands now where the graph's node of this index stood; null where it was
    /// dropped.
    @Nullable Node at(int index) {
        return editing ? slots.get(index) : graph.nodes().get(index);
    }

    /// Whether a node that was here once still is.
    boolean contains(Node node) {
        return !editing || slotOf.containsKey(node);
    }

    @Nullable Node producer(Value value) {
        return editing ? producers.get(value) : graph.producer(value);
    }

    Collection<Node> readers(Value value) {
        if (!editing) {
            return graph.consumers(value);
        }
        var all = readers.get(value);
        return all == null ? List.of() : Collections.unmodifiableSet(all);
    }

    boolean isOutput(Value value) {
        return editing ? outputsOf.containsKey(value) : graph.isOutput(value);
    }

    /// What a value was replaced by; the value itself when it was not.
    Value current(Value value) {
        var now = value;
        for (var next = forwarded.get(now); next != null; next = forwarded.get(now)) {
            now = next;
        }
        return now;
    }

    Patch.Builder patch() {
        return new Patch.Builder(this);
    }

    /// @return the nodes that were added or that read other values now, and those whose outputs
    ///   have no or one reader left
    /// @throws GraphException when the patch reads values that are not of the graph
    Set<Node> apply(Patch patch) {
        begin();
        changed = true;
        var touched = new LinkedHashSet<Node>();
        for (var node : patch.added()) {
            var inputs = node.inputs().stream().map(this::current).toList();
            var placed = inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
            add(placed);
            touched.add(placed);
        }
        var added = Set.copyOf(touched);
        var pending = new ArrayDeque<Swap>();
        patch.replaced()
                .forEach(
                        (old, by) -> {
                            replace(new Swap(current(old), current(by)), added, pending, touched);
                            settle(pending, touched);
                        });
        var dropped = new ArrayList<Node>();
        patch.replaced().keySet().forEach(v -> dropIfUnread(producers.get(v), dropped));
        patch.added().reversed().forEach(n -> dropIfUnread(n, dropped));
        for (var node : dropped) {
            for (var input : node.inputs()) {
                var producer = producers.get(input);
                if (producer != null && readers(input).size() <= 1) {
                    touched.add(producer);
                }
            }
        }
        lastAdded = added.stream().filter(n -> contains(n) || !dropped.contains(n)).toList();
        lastDropped = dropped.stream().filter(n -> !added.contains(n)).toList();
        touched.removeIf(n -> !contains(n));
        return touched;
    }

    /// The names of the nodes that the last patch dropped, constants apart.
    List<String> lastDropped() {
        return names(lastDropped);
    }

    /// The names of the nodes that it added, constants apart.
    List<String> lastAdded() {
        return names(lastAdded);
    }

    private static List<String> names(List<Node> nodes) {
        return nodes.stream().filter(n -> !(n.op() instanceof Constant)).map(Node::name).toList();
    }

    /// What the last patch saved.
    Savings lastSavings() {
        return Savings.of(lastDropped, lastAdded);
    }

    /// Replaces a node's operator by one that takes the same inputs and gives the same outputs.
    Set<Node> apply(Node node, Op op) {
        begin();
        var names = node.outputs().stream().map(Value::name).toList();
        var inferred = Inference.node(op, node.name(), node.inputs(), names);
        changed = true;
        var touched = new LinkedHashSet<Node>();
        var pending = new ArrayDeque<Swap>();
        touched.add(exchange(node, merged(inferred, node), pending));
        settle(pending, touched);
        return touched;
    }

    /// A value that is to be replaced, and by which.
    private record Swap(Value old, Value by) {}

    private void settle(ArrayDeque<Swap> pending, Set<Node> touched) {
        while (!pending.isEmpty()) {
            replace(pending.poll(), Set.of(), pending, touched);
        }
    }

    /// @param exempt nodes that go on reading the old value, such as those that make the new one
    ///   from it
    private void replace(Swap swap, Set<Node> exempt, ArrayDeque<Swap> pending, Set<Node> touched) {
        var old = swap.old();
        var by = swap.by();
        if (old == by) {
            return;
        }
        boolean better = knowsMore(by, old);
        for (var reader : List.copyOf(readers(old))) {
            if (exempt.contains(reader)) {
                continue;
            }
            var inputs = reader.inputs().stream().map(i -> i == old ? by : i).toList();
            var next = reader.withInputs(inputs);
            if (better) {
                var names = reader.outputs().stream().map(Value::name).toList();
                next = merged(Inference.node(reader.op(), reader.name(), inputs, names), next);
            }
            touched.remove(reader);
            touched.add(exchange(reader, next, pending));
        }
        var asOutput = outputsOf.remove(old);
        if (asOutput != null) {
            asOutput.forEach(i -> outputs.set(i, new Graph.Output(outputs.get(i).name(), by)));
            outputsOf.computeIfAbsent(by, v -> new ArrayList<>()).addAll(asOutput);
        }
        if (readers(old).isEmpty()) {
            forwarded.put(old, by);
        }
    }

    /// An inferred node with what the node before it knew; that one itself where nothing was
    /// learnt.
    private static Node merged(Node inferred, Node before) {
        var types = new ArrayList<Type>();
        boolean learnt = !Objects.equals(inferred.op(), before.op());
        for (int i = 0; i < before.outputs().size(); i++) {
            var old = before.outputs().get(i);
            types.add(Types.merge(inferred.outputs().get(i).type(), old.type()));
        }
        var merged = Inference.declared(inferred, types);
        for (int i = 0; i < types.size() && !learnt; i++) {
            learnt = knowsMore(merged.outputs().get(i), before.outputs().get(i));
        }
        return learnt ? merged : before;
    }

    private static boolean knowsMore(Value a, Value b) {
        return !Types.merge(b.type(), a.type()).equals(b.type())
                || a.content() != null && !a.content().equals(b.content())
                || a.constant() != null && b.constant() == null;
    }

    /// Puts a node in the place of another; its outputs that are new values are left to be
    /// replaced.
    private Node exchange(Node old, Node by, ArrayDeque<Swap> pending) {
        int slot = Objects.requireNonNull(slotOf.remove(old));
        unread(old);
        old.outputs().forEach(producers::remove);
        slots.set(slot, by);
        slotOf.put(by, slot);
        connect(by);
        for (int i = 0; i < old.outputs().size(); i++) {
            if (old.outputs().get(i) != by.outputs().get(i)) {
                pending.add(new Swap(old.outputs().get(i), by.outputs().get(i)));
            }
        }
        return by;
    }

    private void add(Node node) {
        nodeNames.claim(node.name());
        for (var output : node.outputs()) {
            valueNames.claim(output.name());
        }
        slotOf.put(node, slots.size());
        slots.add(node);
        connect(node);
    }

    private void connect(Node node) {
        for (var output : node.outputs()) {
            if (output.isPresent()) {
                producers.put(output, node);
            }
        }
        for (var input : node.inputs()) {
            if (input.isPresent()) {
                var all = readers.get(input);
                if (all == null) {
                    all = new LinkedHashSet<>(2);
                    readers.put(input, all);
                }
                all.add(node);
            }
        }
    }

    private void unread(Node node) {
        for (var input : node.inputs()) {
            var all = readers.get(input);
            if (all != null && all.remove(node) && all.isEmpty()) {
                readers.remove(input);
            }
        }
    }

    /// Drops a node when nobody reads its outputs, and then those that only it read.
    private void dropIfUnread(@Nullable Node first, List<Node> dropped) {
        if (first == null) {
            return;
        }
        var pending = new ArrayDeque<Node>(List.of(first));
        while (!pending.isEmpty()) {
            var node = pending.poll();
            if (!contains(node) || isRead(node)) {
                continue;
            }
            changed = true;
            slots.set(Objects.requireNonNull(slotOf.remove(node)), null);
            unread(node);
            node.outputs().forEach(producers::remove);
            dropped.add(node);
            for (var input : node.inputs()) {
                var producer = producers.get(input);
                if (producer != null) {
                    pending.add(producer);
                }
            }
        }
    }

    private boolean isRead(Node node) {
        for (var output : node.outputs()) {
            if (readers.containsKey(output) || outputsOf.containsKey(output)) {
                return true;
            }
        }
        return false;
    }

    /// The graph after all changes, nodes in an order in which they can run and as near as possible
    /// to that in which they stood; the same graph when there were none.
    ///
    /// @throws GraphException when there is a cycle, or a value is read that is not of the graph
    Graph finish() {
        if (!changed) {
            return graph;
        }
        var order = new ArrayList<Node>(slots.size());
        var done = new HashSet<Node>();
        var begun = new HashSet<Node>();
        var stack = new ArrayDeque<Node>();
        for (var root : nodes()) {
            stack.push(root);
            while (!stack.isEmpty()) {
                var node = stack.peek();
                if (done.contains(node)) {
                    stack.pop();
                } else if (begun.add(node)) {
                    node.inputs().forEach(i -> pushProducer(i, node, begun, done, stack));
                } else {
                    done.add(stack.pop());
                    order.add(node);
                }
            }
        }
        return Graph.of(graph.name(), graph.inputs(), order, outputs, graph.metadata());
    }

    private void pushProducer(
            Value input, Node reader, Set<Node> begun, Set<Node> done, ArrayDeque<Node> stack) {
        var producer = producers.get(input);
        if (producer == null) {
            if (input.isPresent() && !graph.inputs().contains(input)) {
                throw new GraphException(
                        Problem.of("a patch reads a value that is not of the graph")
                                .op(reader.op().def().name())
                                .node(reader.name())
                                .got(input));
            }
        } else if (!done.contains(producer)) {
            if (begun.contains(producer)) {
                throw new GraphException(
                        Problem.of("a patch makes a cycle")
                                .op(reader.op().def().name())
                                .node(reader.name()));
            }
            stack.push(producer);
        }
    }
}

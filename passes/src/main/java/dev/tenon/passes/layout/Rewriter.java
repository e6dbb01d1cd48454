package dev.tenon.passes.layout;

import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.passes.Patch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Puts some nodes of a graph into channels-last order, and transpositions where images go from one
/// order to the other, one for all that read it there.
final class Rewriter {
    private static final Layout LAST = Layout.CHANNELS_LAST;

    private final Graph graph;
    private final Map<Node, Role> chosen;
    private final Patch.Builder patch;

    /// For values that are made in channels-last order: what stands for them.
    private final Map<Value, Value> made = new IdentityHashMap<>();

    /// For the same: what stands for them in channels-first order.
    private final Map<Value, Value> restored = new IdentityHashMap<>();

    /// For values that are made in channels-first order: what stands for them in the other.
    private final Map<Value, Value> brought = new IdentityHashMap<>();

    /// For values that are made anew as they were.
    private final Map<Value, Value> renewed = new IdentityHashMap<>();

    private Rewriter(Graph graph, Map<Node, Role> chosen) {
        this.graph = graph;
        this.chosen = chosen;
        this.patch = Patch.of(graph);
    }

    /// @param chosen the nodes that are put into channels-last order
    static Graph rewrite(Graph graph, Map<Node, Role> chosen) {
        return chosen.isEmpty() ? graph : new Rewriter(graph, chosen).run();
    }

    private Graph run() {
        var read = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        Reading.each(
                graph,
                chosen,
                (value, reader) -> {
                    if (reader == null) {
                        read.add(value);
                    }
                });
        for (var node : graph.nodes()) {
            var role = chosen.get(node);
            var results = role == null ? List.<Value>of() : rewritten(node, role);
            for (int i = 0; i < results.size(); i++) {
                var old = node.outputs().get(i);
                if (role != null && role.laysOutputs()) {
                    made.put(old, results.get(i));
                } else {
                    renewed.put(old, results.get(i));
                }
                if (read.contains(old)) {
                    patch.replace(old, asItWas(old));
                }
            }
        }
        return patch.build().applyTo(graph);
    }

    private List<Value> rewritten(Node node, Role role) {
        return switch (role) {
            case Role.Wrapped(var images) ->
                    patch.addInPlaceOf(
                            node, new InLayout(node.op(), LAST, images), inputs(node, images));
            case Role.Pointwise(var images) ->
                    patch.addInPlaceOf(node, node.op(), operands(node, images));
            case Role.Along(var op, var constants, var images, _) -> {
                var inputs = inputs(node, images);
                constants.forEach((index, tensor) -> put(inputs, index, node, tensor));
                yield patch.addInPlaceOf(node, op, inputs);
            }
            case Role.Extents(var axes) -> List.of(extents(node, axes));
            case Role.ToLast _ -> List.of(laid(node.input(0)));
            case Role.FromLast _ -> List.of(asItWas(node.input(0)));
            case Role.Shuffle shuffle -> List.of(shuffled(node, shuffle));
        };
    }

    private List<Value> inputs(Node node, Longs images) {
        var inputs = new ArrayList<Value>();
        for (int i = 0; i < node.inputs().size(); i++) {
            var input = node.input(i);
            inputs.add(images.contains(i) ? laid(input) : asItWas(input));
        }
        return inputs;
    }

    private List<Value> operands(Node node, Longs images) {
        var inputs = inputs(node, images);
        int rank = Axes.rank(node.output());
        for (int i = 0; i < inputs.size(); i++) {
            var constant = node.input(i).constant();
            if (constant != null) {
                var moved = Axes.operand(constant, rank);
                inputs.set(
                        i,
                        moved == constant
                                ? node.input(i)
                                : patch.constant(node.input(i).name(), moved));
            }
        }
        return inputs;
    }

    private void put(List<Value> inputs, int index, Node node, Tensor tensor) {
        while (inputs.size() <= index) {
            inputs.add(Value.NONE);
        }
        inputs.set(index, patch.constant(node.name() + "_axes", tensor));
    }

    private Value extents(Node node, Longs axes) {
        var all = patch.add(new ShapeOf(0, null), node.name(), laid(node.input(0)));
        var places = patch.constant(node.name() + "_axes", Tensor.ofLongs(axes.toArray()));
        return patch.add(new Gather(0), node.output().name(), all, places);
    }

    /// `[N, spatial…, C]` to `[N, spatial…, groups, members]`, the last two exchanged, and back.
    private Value shuffled(Node join, Role.Shuffle shuffle) {
        var image = Axes.moved(Axes.shape(shuffle.cut().input(0)));
        int rank = image.rank();
        var whole = new long[rank];
        whole[rank - 1] = -1;
        var parts = Arrays.copyOf(whole, rank + 1);
        parts[rank - 1] = shuffle.groups();
        parts[rank] = Axes.shape(shuffle.cut().output()).dim(2).known().orElseThrow();
        whole[rank - 1] = parts[rank - 1] * parts[rank];
        var name = join.name();
        var cut =
                patch.add(
                        new Reshape(false),
                        name,
                        laid(shuffle.cut().input(0)),
                        patch.constant(name + "_shape", Tensor.ofLongs(parts)));
        var order = Longs.range(0, rank + 1).map(a -> a == rank ? a - 1 : a == rank - 1 ? rank : a);
        return patch.add(
                new Reshape(false),
                name,
                patch.add(new Transpose(order), name, cut),
                patch.constant(name + "_shape", Tensor.ofLongs(whole)));
    }

    /// What stands for a value where it is read as it was.
    private Value asItWas(Value value) {
        var last = made.get(value);
        return last == null
                ? renewed.getOrDefault(value, value)
                : restored.computeIfAbsent(
                        value,
                        v -> moved(last, v, Axes.shape(v), LAST.toChannelsFirst(Axes.rank(v))));
    }

    /// What stands for an image in channels-last order.
    private Value laid(Value value) {
        var last = made.get(value);
        if (last != null) {
            return last;
        }
        var constant = value.constant();
        return brought.computeIfAbsent(
                value,
                v ->
                        constant != null
                                ? patch.constant(v.name(), Axes.moved(constant, constant.rank()))
                                : moved(
                                        asItWas(v),
                                        v,
                                        Axes.moved(Axes.shape(v)),
                                        LAST.fromChannelsFirst(Axes.rank(v))));
    }

    /// A value with its axes in another order; a reshape where that is the same.
    private Value moved(Value from, Value like, Shape to, Longs order) {
        var target = Axes.isTrivial(Axes.shape(like)) ? Axes.target(Axes.shape(from), to) : null;
        return target == null
                ? patch.add(new Transpose(order), like.name(), from)
                : patch.add(
                        new Reshape(false),
                        like.name(),
                        from,
                        patch.constant(like.name() + "_shape", target));
    }
}

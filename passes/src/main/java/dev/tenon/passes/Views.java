package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules for operators that give the same elements in another shape or order. Their results are the
/// same to the bit.
final class Views {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("reshape-to-constant", Reshape.class, Views::constantTarget),
                    rule("merge-reshapes", Move.class, Views::merge),
                    rule("merge-transposes", Transpose.class, Views::mergeTransposes),
                    rule("transpose-to-reshape", Transpose.class, Views::transposeToReshape));

    private Views() {}

    static boolean isView(@Nullable Node node) {
        return node != null
                && (node.op() instanceof Reshape
                        || node.op() instanceof Flatten
                        || node.op() instanceof Squeeze
                        || node.op() instanceof Unsqueeze);
    }

    /// A target that is computed from the extents of the data becomes a constant, in which 0 stands
    /// for an extent that stays and -1 for one that follows.
    private static Optional<Patch> constantTarget(Reshape op, Node node, RuleContext context) {
        var content = node.input(1).content();
        var data = Match.shape(node.input(0));
        if (node.input(1).constant() != null || content == null || !data.isRanked()) {
            return Optional.empty();
        }
        var wanted = new ArrayList<>(content);
        for (int i = 0; i < wanted.size() && i < data.rank() && !op.allowzero(); i++) {
            wanted.set(i, wanted.get(i).is(0) ? data.dim(i) : wanted.get(i));
        }
        return target(wanted, data)
                .map(
                        t -> {
                            var patch = context.patch();
                            var constant = patch.constant(node.input(1).name(), t);
                            return patch.replace(
                                            node,
                                            new Reshape(false),
                                            List.of(node.input(0), constant))
                                    .build();
                        });
    }

    /// The target that gives data of a shape another; empty where it cannot be written in numbers.
    static Optional<Tensor> target(Shape wanted, Shape data) {
        return wanted.isRanked() && data.isRanked()
                ? target(wanted.dims(), data)
                : Optional.empty();
    }

    /// A target for data of a shape; empty where it cannot be written in numbers.
    private static Optional<Tensor> target(List<Dim> wanted, Shape data) {
        var target = new long[wanted.size()];
        for (int i = 0; i < target.length; i++) {
            var dim = wanted.get(i);
            boolean same = i < data.rank() && dim.equals(data.dim(i));
            if (dim instanceof Dim.Known(var extent) && (extent != 0 || same)) {
                target[i] = extent;
            } else if (!same) {
                return openTarget(wanted, i);
            }
        }
        return Optional.of(Tensor.ofLongs(target));
    }

    /// A target with -1 at a place. Beside it there must be no 0: where that is empty, -1 can be
    /// anything.
    private static Optional<Tensor> openTarget(List<Dim> wanted, int open) {
        var target = new long[wanted.size()];
        for (int i = 0; i < target.length; i++) {
            if (i == open) {
                target[i] = -1;
            } else if (wanted.get(i) instanceof Dim.Known(var extent) && extent > 0) {
                target[i] = extent;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(Tensor.ofLongs(target));
    }

    /// A view of a view is one reshape.
    private static Optional<Patch> merge(Move op, Node node, RuleContext context) {
        var inner = isView(node) ? context.producer(node.input(0)) : null;
        if (inner == null || !isView(inner)) {
            return Optional.empty();
        }
        var data = inner.input(0);
        var shape = Match.shape(data);
        var result = Match.shape(node.output());
        if (!shape.isRanked() || !result.isRanked()) {
            return Optional.empty();
        }
        if (shape.equals(result)) {
            return Optional.of(context.patch().replace(node.output(), data).build());
        }
        var added = addedAxes(shape, result);
        if (added.isPresent() && op instanceof Unsqueeze && inner.op() instanceof Unsqueeze) {
            var patch = context.patch();
            var axes = patch.constant(node.input(1).name(), Tensor.ofLongs(added.get().toArray()));
            return Optional.of(patch.replace(node, new Unsqueeze(), List.of(data, axes)).build());
        }
        return target(result.dims(), shape)
                .map(
                        t -> {
                            var patch = context.patch();
                            var target = patch.constant(node.name() + "_shape", t);
                            return patch.replace(node, new Reshape(false), List.of(data, target))
                                    .build();
                        });
    }

    /// The axes of extent 1 that a shape has more than another; empty where that is not the
    /// difference.
    private static Optional<Longs> addedAxes(Shape from, Shape to) {
        int next = 0;
        var added = new ArrayList<Long>();
        for (int i = 0; i < to.rank(); i++) {
            if (next < from.rank() && to.dim(i).equals(from.dim(next))) {
                next++;
            } else if (to.dim(i).is(1)) {
                added.add((long) i);
            } else {
                return Optional.empty();
            }
        }
        return next == from.rank()
                ? Optional.of(Longs.of(added.stream().mapToLong(Long::longValue).toArray()))
                : Optional.empty();
    }

    private static Optional<Patch> mergeTransposes(Transpose op, Node node, RuleContext context) {
        var inner = context.producer(node.input(0), Transpose.class);
        int rank = Match.rank(node.input(0));
        if (inner == null || rank < 0 || !(inner.op() instanceof Transpose first)) {
            return Optional.empty();
        }
        var order = composed(first.order(rank), op.order(rank));
        return Optional.of(
                context.patch()
                        .replace(node, new Transpose(order), List.of(inner.input(0)))
                        .build());
    }

    /// The order of one transposition after another.
    static Longs composed(Longs first, Longs second) {
        return second.map(axis -> first.get((int) axis));
    }

    static Longs lastTwoExchanged(int rank) {
        return Longs.range(0, rank)
                .map(axis -> axis < rank - 2 ? axis : axis == rank - 2 ? rank - 1 : rank - 2);
    }

    /// A transposition that moves nothing but axes of extent 1 is a reshape.
    private static Optional<Patch> transposeToReshape(
            Transpose op, Node node, RuleContext context) {
        var shape = Match.shape(node.input(0));
        if (!shape.isRanked()) {
            return Optional.empty();
        }
        var order = op.order(shape.rank());
        var moved = order.stream().filter(a -> !shape.dim((int) a).is(1)).toArray();
        boolean inOrder = IntStream.range(1, moved.length).allMatch(i -> moved[i - 1] < moved[i]);
        if (!inOrder || order.equals(Longs.range(0, shape.rank()))) {
            return Optional.empty();
        }
        return target(Match.shape(node.output()).dims(), shape)
                .map(
                        t -> {
                            var patch = context.patch();
                            var target = patch.constant(node.name() + "_shape", t);
                            return patch.replace(
                                            node,
                                            new Reshape(false),
                                            List.of(node.input(0), target))
                                    .build();
                        });
    }
}

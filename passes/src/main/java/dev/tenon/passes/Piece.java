package dev.tenon.passes;

import dev.tenon.base.Dim;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.recurrent.Direction;
import dev.tenon.graph.op.recurrent.Recurrent;
import org.jspecify.annotations.Nullable;

/// Neighbouring positions of one axis of a tensor: what a slice, a part of a split, or a gather of
/// one index takes, or the last of a recurrent operator's states.
///
/// @param axis from the front
record Piece(Value whole, int axis, long from, long to) {
    long extent() {
        return to - from;
    }

    /// Whether it is all of the axis.
    boolean isWhole() {
        return from == 0 && Match.shape(whole).dim(axis).is(to);
    }

    /// What makes a value; null where that is something else, or it is not known which positions it
    /// takes. The value may lack the axis where it is one position.
    static @Nullable Piece of(Value value, RuleContext context) {
        var node = context.producer(value);
        int rank = node == null || node.inputs().isEmpty() ? -1 : Match.rank(node.input(0));
        if (node == null || rank < 1) {
            return null;
        }
        return switch (node.op()) {
            case Slice _ -> slice(node);
            case Gather gather -> gather(node, Math.floorMod(gather.axis(), rank));
            case Recurrent recurrent -> last(recurrent, node, value);
            case Split split -> split(node, value, Math.floorMod(split.axis(), rank));
            default -> null;
        };
    }

    private static @Nullable Piece slice(Node node) {
        var ranges = Ranges.of(node);
        if (ranges == null || ranges.axes().size() != 1 || ranges.ranges().getFirst().step() != 1) {
            return null;
        }
        int axis = ranges.axes().getFirst();
        var range = ranges.ranges().getFirst();
        var taken = Match.shape(node.output()).dim(axis).known();
        var extent = Match.shape(node.input(0)).dim(axis).known();
        if (taken.isEmpty() || range.start() < 0 && extent.isEmpty()) {
            return null;
        }
        long from = range.start() < 0 ? range.start() + extent.orElse(0) : range.start();
        return from < 0 ? null : new Piece(node.input(0), axis, from, from + taken.getAsLong());
    }

    private static @Nullable Piece gather(Node node, int axis) {
        var index = node.input(1).constant();
        if (index == null || index.size() != 1 || index.rank() > 1) {
            return null;
        }
        long at = index.getLong(0);
        if (at < 0 && Match.shape(node.input(0)).dim(axis) instanceof Dim.Known(var extent)) {
            at += extent;
        }
        return at < 0 ? null : new Piece(node.input(0), axis, at, at + 1);
    }

    private static @Nullable Piece last(Recurrent op, Node node, Value value) {
        boolean isLast =
                node.outputs().size() > 1
                        && node.outputs().get(0).isPresent()
                        && node.outputs().get(1) == value
                        && op.direction() == Direction.FORWARD
                        && op.layout() == 0
                        && !node.input(4).isPresent();
        return isLast
                        && Match.shape(node.input(0)).dim(0) instanceof Dim.Known(var steps)
                        && steps > 0
                ? new Piece(node.outputs().get(0), 0, steps - 1, steps)
                : null;
    }

    private static @Nullable Piece split(Node node, Value value, int axis) {
        long from = 0;
        for (var output : node.outputs()) {
            var extent =
                    Match.shape(output).isRanked() ? Match.shape(output).dim(axis).known() : null;
            if (extent == null || extent.isEmpty()) {
                return null;
            }
            if (output == value) {
                return new Piece(node.input(0), axis, from, from + extent.getAsLong());
            }
            from += extent.getAsLong();
        }
        return null;
    }
}

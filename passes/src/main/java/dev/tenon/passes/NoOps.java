package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.CastLike;
import dev.tenon.graph.op.elementwise.Variadic;
import dev.tenon.graph.op.elementwise.Where;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Identity;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Tile;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.random.Dropout;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/// Rules that remove operators which give their first input as it is.
final class NoOps {
    static final List<Rule<?>> RULES =
            List.of(
                    rule(
                            "identity",
                            Identity.class,
                            (op, node, context) -> forward(node, context, true)),
                    rule(
                            "dropout",
                            Dropout.class,
                            (op, node, context) ->
                                    forward(node, context, isInactive(node, context))),
                    rule(
                            "cast-to-same",
                            Cast.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "cast-like-same",
                            CastLike.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "reshape-to-same",
                            Reshape.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "flatten-matrix",
                            Flatten.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "squeeze-nothing",
                            Squeeze.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "expand-to-same",
                            Expand.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "tile-once",
                            Tile.class,
                            (op, node, context) -> forward(node, context, keepsType(node))),
                    rule(
                            "transpose-nothing",
                            Transpose.class,
                            (op, node, context) -> forward(node, context, keepsOrder(op, node))),
                    rule(
                            "slice-all",
                            Slice.class,
                            (op, node, context) ->
                                    forward(
                                            node,
                                            context,
                                            keepsType(node)
                                                    && (!node.input(4).isPresent()
                                                            || all(node.input(4), s -> s > 0)))),
                    rule(
                            "pad-nothing",
                            Pad.class,
                            (op, node, context) ->
                                    forward(
                                            node,
                                            context,
                                            keepsType(node) && all(node.input(1), p -> p == 0))),
                    rule(
                            "concat-one",
                            Concat.class,
                            (op, node, context) ->
                                    forward(node, context, node.inputs().size() == 1)),
                    rule(
                            "split-into-one",
                            Split.class,
                            (op, node, context) ->
                                    forward(
                                            node,
                                            context,
                                            node.outputs().size() == 1 && keepsType(node))),
                    rule("decided-where", Where.class, NoOps::decided),
                    rule(
                            "fold-one",
                            Variadic.class,
                            (op, node, context) ->
                                    forward(node, context, node.inputs().size() == 1)));

    private NoOps() {}

    private static Optional<Patch> forward(Node node, RuleContext context, boolean applies) {
        return applies && node.outputs().getFirst().isPresent()
                ? Optional.of(
                        context.patch().replace(node.outputs().getFirst(), node.input(0)).build())
                : Optional.empty();
    }

    /// A choice that is the same for all elements.
    private static Optional<Patch> decided(Where op, Node node, RuleContext context) {
        boolean first = all(node.input(0), c -> c != 0);
        var chosen = node.input(first ? 1 : 2);
        return (first || all(node.input(0), c -> c == 0)) && Match.sameType(chosen, node.output())
                ? Optional.of(context.patch().replace(node.output(), chosen).build())
                : Optional.empty();
    }

    /// Whether dtype and shape of the output are those of the first input, as far as they can be
    /// told.
    private static boolean keepsType(Node node) {
        return node.input(0).type() instanceof Type.OfTensor(var dtype, var shape)
                && shape.isRanked()
                && node.outputs().getFirst().type()
                        instanceof Type.OfTensor(var resultDtype, var resultShape)
                && dtype == resultDtype
                && shape.equals(resultShape);
    }

    private static boolean keepsOrder(Transpose op, Node node) {
        if (!(node.input(0).type() instanceof Type.OfTensor(_, var shape)) || !shape.isRanked()) {
            return false;
        }
        return op.order(shape.rank()).equals(Longs.range(0, shape.rank()));
    }

    /// Whether a value is known before the run and all of its elements are such.
    private static boolean all(Value value, LongPredicate predicate) {
        var content = value.content();
        return content != null
                && content.stream()
                        .allMatch(
                                d -> d instanceof Dim.Known(var number) && predicate.test(number));
    }

    /// Whether a dropout never drops, and nobody asks what it dropped.
    private static boolean isInactive(Node node, RuleContext context) {
        boolean maskRead =
                node.outputs().size() > 1
                        && (!context.readers(node.outputs().get(1)).isEmpty()
                                || context.isOutput(node.outputs().get(1)));
        var training = node.input(2).constant();
        var ratio = node.input(1).constant();
        return !maskRead
                && (!node.input(2).isPresent()
                        || training != null && !training.getBoolean(0)
                        || ratio != null && ratio.getDouble(0) == 0);
    }
}

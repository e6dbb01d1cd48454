package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that change the order of operators so that less is computed, or two of them meet. Their
/// results are the same to the bit.
final class Motion {
    /// How far back a transposition looks for another one.
    private static final int REACH = 8;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("slice-before-elementwise", Slice.class, Motion::selectFirst),
                    rule(
                            "gather-before-elementwise",
                            Gather.class,
                            (op, node, context) ->
                                    selectsLess(node)
                                            ? selectFirst(op, node, context)
                                            : Optional.empty()),
                    rule("transposes-meet", Transpose.class, Motion::transposesMeet),
                    rule("merge-casts", Cast.class, Motion::mergeCasts),
                    rule("merge-concats", Concat.class, Motion::mergeConcats));

    private Motion() {}

    /// The one operand of an element-wise node beside which all are constants of one element; null
    /// for others. The result has the operand's shape.
    private static @Nullable Value onlyOperand(@Nullable Node node) {
        if (node == null || !(node.op() instanceof Formula) || node.outputs().size() != 1) {
            return null;
        }
        Value operand = null;
        for (var input : node.inputs()) {
            var constant = input.constant();
            if (!input.isPresent() || constant != null && constant.size() == 1) {
                continue;
            }
            if (operand != null) {
                return null;
            }
            operand = input;
        }
        return operand != null
                        && Match.shape(operand).isRanked()
                        && Match.shape(operand).equals(Match.shape(node.output()))
                ? operand
                : null;
    }

    /// A node like another on another operand.
    private static List<Value> exchanged(Node node, Value old, Value by) {
        return node.inputs().stream().map(i -> i == old ? by : i).toList();
    }

    /// `select(f(x))` is `f(select(x))`.
    private static Optional<Patch> selectFirst(Move op, Node node, RuleContext context) {
        var producer = context.producer(node.input(0));
        var operand = onlyOperand(producer);
        if (producer == null || operand == null || !context.isReadOnce(node.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var inputs = new ArrayList<>(node.inputs());
        inputs.set(0, operand);
        var selected = patch.add(op, node.name(), inputs, List.of(node.output().name())).getFirst();
        return Optional.of(
                patch.replace(
                                node.output(),
                                patch.add(
                                                producer.op(),
                                                producer.name(),
                                                exchanged(producer, operand, selected),
                                                List.of(producer.output().name()))
                                        .getFirst())
                        .build());
    }

    private static boolean selectsLess(Node node) {
        var from = Match.shape(node.input(0)).knownSize();
        var to = Match.shape(node.output()).knownSize();
        return from.isPresent() && to.isPresent() && to.getAsLong() <= from.getAsLong();
    }

    /// A transposition, element-wise operators, and another transposition: one is enough.
    private static Optional<Patch> transposesMeet(Transpose op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        var between = new ArrayList<Node>();
        var value = node.input(0);
        var producer = context.producer(value);
        for (int i = 0; i < REACH && context.isReadOnce(value); i++) {
            var operand = onlyOperand(producer);
            if (producer == null || operand == null) {
                break;
            }
            between.add(producer);
            value = operand;
            producer = context.producer(value);
        }
        if (between.isEmpty()
                || rank < 0
                || producer == null
                || !context.isReadOnce(value)
                || !(producer.op() instanceof Transpose first)
                || between.stream()
                        .anyMatch(n -> n.inputs().stream().anyMatch(v -> ranksHigher(v, rank)))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var order = Views.composed(first.order(rank), op.order(rank));
        var moved =
                order.equals(Longs.range(0, rank))
                        ? producer.input(0)
                        : patch.add(new Transpose(order), node.name(), producer.input(0));
        for (var each : between.reversed()) {
            var operand = onlyOperand(each);
            moved =
                    patch.add(
                                    each.op(),
                                    each.name(),
                                    exchanged(
                                            each, java.util.Objects.requireNonNull(operand), moved),
                                    List.of(each.output().name()))
                            .getFirst();
        }
        return Optional.of(patch.replace(node.output(), moved).build());
    }

    private static boolean ranksHigher(Value value, int rank) {
        return value.isPresent() && Match.rank(value) > rank;
    }

    /// A conversion that loses nothing, and another one.
    private static Optional<Patch> mergeCasts(Cast op, Node node, RuleContext context) {
        var inner = context.producer(node.input(0), Cast.class);
        if (inner == null || !(inner.op() instanceof Cast first)) {
            return Optional.empty();
        }
        var from = inner.input(0).tensorType().dtype();
        if (!keepsAll(from, first.to())) {
            return Optional.empty();
        }
        var patch = context.patch();
        return Optional.of(
                op.to() == from
                        ? patch.replace(node.output(), inner.input(0)).build()
                        : patch.replace(node, op, List.of(inner.input(0))).build());
    }

    /// Whether every value of a type is one of another, wider one.
    private static boolean keepsAll(DType from, DType to) {
        if (from.isFloat()) {
            return to == DType.FLOAT64 || to == DType.FLOAT32 && from.bits() < to.bits();
        }
        boolean fits =
                from.isSigned() == to.isSigned()
                        ? from.bits() <= to.bits()
                        : from.bits() < to.bits();
        return from == DType.BOOL && to.isInteger()
                || from.isInteger()
                        && to.isInteger()
                        && fits
                        && (to.isSigned() || !from.isSigned());
    }

    /// A concatenation of concatenations along one axis.
    private static Optional<Patch> mergeConcats(Concat op, Node node, RuleContext context) {
        var parts = new ArrayList<Value>();
        for (var input : node.inputs()) {
            var inner = context.producer(input);
            if (inner != null && inner.op().equals((Op) op) && context.isReadOnce(input)) {
                parts.addAll(inner.inputs());
            } else {
                parts.add(input);
            }
        }
        return parts.size() == node.inputs().size()
                ? Optional.empty()
                : Optional.of(context.patch().replace(node, op, parts).build());
    }
}

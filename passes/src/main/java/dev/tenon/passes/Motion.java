package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Contract;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Tile;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.BatchNormalization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that change the order of operators so that less is computed, or two of them meet. Their
/// results are the same to the bit.
final class Motion {
    /// How far back a view looks for another one.
    private static final int REACH = 8;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("views-meet", Move.class, Motion::viewsMeet),
                    rule("merge-casts", Cast.class, Motion::mergeCasts),
                    rule("widen-last", Move.class, Motion::widenLast),
                    rule("narrow-first", Cast.class, Motion::narrowFirst),
                    rule("merge-concats", Concat.class, Motion::mergeConcats),
                    rule("concat-of-split", Concat.class, Motion::concatOfSplit),
                    rule("split-of-concat", Split.class, Motion::splitOfConcat),
                    rule("concat-before-elementwise", Concat.class, Motion::concatFirst));

    private Motion() {}

    /// The one operand of an element-wise node beside which all are constants of one element; null
    /// for others. The result has the operand's shape.
    static @Nullable Value onlyOperand(@Nullable Node node) {
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

    /// The inputs of a node with another operand.
    static List<Value> exchanged(Node node, Value old, Value by) {
        return node.inputs().stream().map(i -> i == old ? by : i).toList();
    }

    /// Adds a node like another on another operand.
    static Value again(Node node, Value old, Value by, Patch.Builder patch) {
        return patch.add(
                        node.op(),
                        node.name(),
                        exchanged(node, old, by),
                        List.of(node.output().name()))
                .getFirst();
    }

    /// A view, element-wise operators, and another view: one is enough.
    private static Optional<Patch> viewsMeet(Move op, Node node, RuleContext context) {
        if (!Views.isView(node)) {
            return Optional.empty();
        }
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
                || producer == null
                || !Views.isView(producer)
                || !context.isReadOnce(value)) {
            return Optional.empty();
        }
        var x = producer.input(0);
        int rank = Match.rank(x);
        boolean fits =
                between.stream()
                        .flatMap(n -> n.inputs().stream())
                        .allMatch(
                                v ->
                                        !v.isPresent()
                                                || v.constant() == null
                                                || v.constant().rank() <= rank);
        var target = Views.target(Match.shape(node.output()), Match.shape(x));
        if (!fits || target.isEmpty()) {
            return Optional.empty();
        }
        var patch = context.patch();
        var moved = x;
        for (var each : between.reversed()) {
            moved = again(each, Objects.requireNonNull(onlyOperand(each)), moved, patch);
        }
        var shape = patch.constant(node.name() + "_shape", target.get());
        return Optional.of(patch.replace(node, new Reshape(false), List.of(moved, shape)).build());
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

    /// Whether an operator only moves elements, each of which it writes once at most.
    private static boolean onlyMoves(Op op) {
        return op instanceof Transpose || op instanceof Slice;
    }

    /// What moves elements moves the smaller ones: `move(widen(x))` is `widen(move(x))`.
    private static Optional<Patch> widenLast(Move op, Node node, RuleContext context) {
        var cast =
                onlyMoves(op) && context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), Cast.class)
                        : null;
        if (cast == null || bits(cast.input(0)) >= bits(cast.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        var moved = again(node, node.input(0), cast.input(0), patch);
        return Optional.of(patch.replace(node, cast.op(), List.of(moved)).build());
    }

    /// What moves or repeats elements does so with the smaller ones: `narrow(move(x))` is
    /// `move(narrow(x))`.
    private static Optional<Patch> narrowFirst(Cast op, Node node, RuleContext context) {
        var move = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        boolean moves =
                move != null
                        && (move.op() instanceof Transpose
                                || move.op() instanceof Expand
                                || move.op() instanceof Tile);
        if (move == null || !moves || bits(node.output()) >= bits(node.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var narrow = patch.add(op, node.name(), move.input(0));
        return Optional.of(
                patch.replace(node, move.op(), exchanged(move, move.input(0), narrow)).build());
    }

    private static int bits(Value value) {
        var dtype = value.tensorType().dtype();
        return dtype == DType.STRING ? Integer.MAX_VALUE : dtype.bits();
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

    /// All parts of a split, put together again.
    private static Optional<Patch> concatOfSplit(Concat op, Node node, RuleContext context) {
        var split = context.producer(node.input(0), Split.class);
        int rank = Match.rank(node.output());
        return split != null
                        && split.op() instanceof Split parts
                        && split.outputs().equals(node.inputs())
                        && rank > 0
                        && Math.floorMod(parts.axis(), rank) == Math.floorMod(op.axis(), rank)
                        && Match.sameType(split.input(0), node.output())
                ? Optional.of(context.patch().replace(node.output(), split.input(0)).build())
                : Optional.empty();
    }

    /// A concatenation, split into its parts again.
    private static Optional<Patch> splitOfConcat(Split op, Node node, RuleContext context) {
        var concat = context.producer(node.input(0), Concat.class);
        int rank = Match.rank(node.input(0));
        if (concat == null
                || !(concat.op() instanceof Concat joined)
                || rank < 1
                || Math.floorMod(op.axis(), rank) != Math.floorMod(joined.axis(), rank)
                || concat.inputs().size() != node.outputs().size()) {
            return Optional.empty();
        }
        for (int i = 0; i < concat.inputs().size(); i++) {
            boolean same = Match.sameType(concat.input(i), node.outputs().get(i));
            if (!same || !Match.shape(concat.input(i)).dim(op.axis()).isKnown()) {
                return Optional.empty();
            }
        }
        return Optional.of(context.patch().replace(node, concat.inputs()).build());
    }

    /// The same function of all parts is one of them together. Functions of products and
    /// convolutions stay, perhaps behind a normalisation, for runtimes compute them there.
    private static Optional<Patch> concatFirst(Concat op, Node node, RuleContext context) {
        var first = context.producer(node.input(0));
        var operands = new ArrayList<Value>();
        for (var input : node.inputs()) {
            var each = context.producer(input);
            var operand = onlyOperand(each);
            if (first == null
                    || each == null
                    || operand == null
                    || context.producer(operand, Contract.class) != null
                    || context.producer(operand, Convolution.class) != null
                    || context.producer(operand, BatchNormalization.class) != null
                    || !context.isReadOnce(input)
                    || Collections.frequency(node.inputs(), input) != 1
                    || !each.op().equals(first.op())
                    || !exchanged(each, operand, Value.NONE)
                            .equals(
                                    exchanged(
                                            first,
                                            Objects.requireNonNull(onlyOperand(first)),
                                            Value.NONE))) {
                return Optional.empty();
            }
            operands.add(operand);
        }
        if (first == null || operands.size() < 2) {
            return Optional.empty();
        }
        var patch = context.patch();
        var joined = patch.add(op, node.name(), operands, List.of(node.output().name())).getFirst();
        return Optional.of(
                patch.replace(
                                node,
                                first.op(),
                                exchanged(
                                        first, Objects.requireNonNull(onlyOperand(first)), joined))
                        .build());
    }
}

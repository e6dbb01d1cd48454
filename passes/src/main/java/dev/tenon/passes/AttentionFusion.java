package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Attention;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.graph.op.norm.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rules that recognise multi-head attention as exporters write it out.
final class AttentionFusion {
    private static final Longs HEADS_FIRST = Longs.of(0, 2, 1, 3);
    private static final Longs HEADS_FIRST_TRANSPOSED = Longs.of(0, 2, 3, 1);
    private static final Longs ROW_HEADS_FIRST = Longs.of(1, 0, 2);
    private static final Longs ROW_HEADS_FIRST_TRANSPOSED = Longs.of(1, 2, 0);

    static final List<Rule<?>> RULES =
            List.of(
                    rule("heads-of-columns", Transpose.class, HeadSplits::ofColumns),
                    rule("mask-of-scores", Softmax.class, Scores::maskOf),
                    rule("bound-of-scores", Softmax.class, Scores::unbounded),
                    rule("attention", Reshape.class, AttentionFusion::attention),
                    rule("attention-of-rows", Transpose.class, AttentionFusion::ofRows));

    /// For what the others leave.
    static final List<Rule<?>> HEADS =
            List.of(
                    rule("attention-of-heads", MatMul.class, AttentionFusion::attentionOfHeads),
                    rule("rotary-embedding", Binary.class, RotaryFusion::rotary));

    private AttentionFusion() {}

    /// `reshape(transpose(softmax(q × kᵀ · scale + mask) × v))` where q, k and v are packed heads.
    private static Optional<Patch> attention(Reshape op, Node node, RuleContext context) {
        var outer = transpose(node.input(0), HEADS_FIRST, context);
        var product = outer == null ? null : single(outer, MatMul.class, context);
        var softmax = product == null ? null : single(product.input(0), Softmax.class, context);
        if (product == null || softmax == null || !isLast(softmax)) {
            return Optional.empty();
        }
        var scores = Scores.of(softmax.input(0), context);
        var v = packed(product.input(1), HEADS_FIRST, context);
        var q = scores == null ? null : packed(scores.q(), HEADS_FIRST, context);
        var k = scores == null ? null : packed(scores.k(), HEADS_FIRST_TRANSPOSED, context);
        if (scores == null
                || q == null
                || k == null
                || v == null
                || !(heads(scores.q()) instanceof Dim.Known(var heads))
                || !Match.shape(node.output()).equals(Match.shape(q))
                || !v.type().equals(k.type())
                || q.tensorType().dtype() != DType.FLOAT32) {
            return Optional.empty();
        }
        var patch = context.patch();
        var inputs = new ArrayList<>(List.of(q, k, v));
        if (scores.mask().isPresent()) {
            inputs.add(expanded(scores.mask(), q, 1, patch));
        }
        return Optional.of(
                patch.replace(node, attention((int) heads, scores.scale()), inputs).build());
    }

    private static Attention attention(int heads, double scale) {
        return new Attention(false, heads, null, heads, 0, null, (float) scale, 0, null);
    }

    /// `transpose(softmax(q × kᵀ · scale + mask) × v)` where q, k and v are `[length, heads,
    /// size]`: attention of one sample, or of several whose heads are counted together.
    private static Optional<Patch> ofRows(Transpose op, Node node, RuleContext context) {
        if (Match.rank(node.input(0)) != 3 || !op.order(3).equals(ROW_HEADS_FIRST)) {
            return Optional.empty();
        }
        var product = single(node.input(0), MatMul.class, context);
        var softmax = product == null ? null : single(product.input(0), Softmax.class, context);
        if (product == null || softmax == null || !isLast(softmax)) {
            return Optional.empty();
        }
        var scores = Scores.of(softmax.input(0), context);
        if (scores == null) {
            return Optional.empty();
        }
        var q = transpose(scores.q(), ROW_HEADS_FIRST, context);
        var k = transpose(scores.k(), ROW_HEADS_FIRST_TRANSPOSED, context);
        var v = transpose(product.input(1), ROW_HEADS_FIRST, context);
        if (q == null
                || k == null
                || v == null
                || q.tensorType().dtype() != DType.FLOAT32
                || !(Match.shape(q).dim(1) instanceof Dim.Known(var heads))
                || !Match.shape(k).dim(1).is(heads)
                || !Match.shape(v).dim(1).is(heads)
                || !(Match.shape(q).dim(2) instanceof Dim.Known(var size))
                || !(Match.shape(v).dim(2) instanceof Dim.Known(var valueSize))
                || heads * size * valueSize == 0) {
            return Optional.empty();
        }
        var patch = context.patch();
        var rows = row(q, heads * size, patch);
        var inputs = new ArrayList<Value>();
        inputs.add(rows);
        inputs.add(row(k, heads * size, patch));
        inputs.add(row(v, heads * valueSize, patch));
        if (scores.mask().isPresent()) {
            inputs.add(expanded(scores.mask(), rows, 1, patch));
        }
        var result =
                patch.add(
                                attention((int) heads, scores.scale()),
                                node.name() + "_attention",
                                inputs,
                                List.of(node.output().name() + "_rows"))
                        .getFirst();
        var shape = patch.constant(node.name() + "_shape", Tensor.ofLongs(-1, heads, valueSize));
        return Optional.of(patch.replace(node, new Reshape(false), List.of(result, shape)).build());
    }

    /// Heads beside each other, as one sample.
    private static Value row(Value heads, long width, Patch.Builder patch) {
        var shape = patch.constant(heads.name() + "_shape", Tensor.ofLongs(1, -1, width));
        return patch.add(new Reshape(false), heads.name() + "_row", heads, shape);
    }

    /// `softmax(q × kᵀ · scale + mask) × v` of heads that are an axis, or of which samples have one
    /// each.
    private static Optional<Patch> attentionOfHeads(MatMul op, Node node, RuleContext context) {
        var softmax = single(node.input(0), Softmax.class, context);
        int rank = Match.rank(node.output());
        var scores =
                softmax == null || !isLast(softmax) || rank != 3 && rank != 4
                        ? null
                        : Scores.of(softmax.input(0), context);
        if (scores == null || !(context.producer(scores.k(), Transpose.class) instanceof Node t)) {
            return Optional.empty();
        }
        if (!(t.op() instanceof Transpose transpose)
                || !Stream.of(scores.q(), scores.k(), node.input(1))
                        .allMatch(v -> sameHeads(v, scores.q(), rank))
                || scores.q().tensorType().dtype() != DType.FLOAT32) {
            return Optional.empty();
        }
        var patch = context.patch();
        var order = Views.composed(transpose.order(rank), Views.lastTwoExchanged(rank));
        var keys =
                order.equals(Longs.range(0, rank))
                        ? t.input(0)
                        : patch.add(new Transpose(order), t.name(), t.input(0));
        var inputs = new ArrayList<>(List.of(scores.q(), keys, node.input(1)));
        if (scores.mask().isPresent()) {
            inputs.add(expanded(scores.mask(), scores.q(), rank - 2, patch));
        }
        var attention =
                new Attention(false, null, null, null, 0, null, (float) scores.scale(), 0, null);
        if (rank == 4) {
            return Optional.of(patch.replace(node, attention, inputs).build());
        }
        var first = patch.constant(node.name() + "_axis", Tensor.ofLongs(0));
        inputs.replaceAll(
                v ->
                        Match.rank(v) == 3
                                ? patch.add(new Unsqueeze(), v.name() + "_heads", v, first)
                                : v);
        var result =
                patch.add(
                                attention,
                                node.name() + "_attention",
                                inputs,
                                List.of(node.output().name() + "_heads"))
                        .getFirst();
        return Optional.of(patch.replace(node, new Squeeze(), List.of(result, first)).build());
    }

    /// Whether two values have the same axes before the last two.
    private static boolean sameHeads(Value value, Value as, int rank) {
        var shape = Match.shape(value);
        return shape.isRanked()
                && shape.rank() == rank
                && Match.rank(as) == rank
                && shape.dims()
                        .subList(0, rank - 2)
                        .equals(Match.shape(as).dims().subList(0, rank - 2));
    }

    /// A mask with a row a query: runtimes do not all repeat one row for all of them.
    ///
    /// @param queriesAxis the axis of `q` that counts the queries
    private static Value expanded(Value mask, Value q, int queriesAxis, Patch.Builder patch) {
        var shape = Match.shape(mask);
        if (!shape.dim(-2).is(1)) {
            return mask;
        }
        var one = patch.constant(mask.name() + "_one", Tensor.ofLongs(1));
        boolean itself = shape.dim(-1).equals(Match.shape(q).dim(queriesAxis));
        var queries =
                itself
                        ? patch.add(
                                new ShapeOf(shape.rank() - 1, null), mask.name() + "_queries", mask)
                        : patch.add(
                                new ShapeOf(queriesAxis, queriesAxis + 1),
                                mask.name() + "_queries",
                                q);
        var target = patch.add(new Concat(0), mask.name() + "_shape", queries, one);
        return patch.add(new Expand(), mask.name() + "_rows", mask, target);
    }

    private static boolean isLast(Node softmax) {
        return softmax.op() instanceof Softmax(var axis)
                && (axis == -1 || axis == Match.rank(softmax.output()) - 1);
    }

    private static Dim heads(Value headsFirst) {
        return Match.shape(headsFirst).dim(1);
    }

    /// The node that makes a value nobody else reads; null where its operator is another.
    private static @Nullable Node single(
            Value value, Class<? extends Op> type, RuleContext context) {
        return context.isReadOnce(value) ? context.producer(value, type) : null;
    }

    /// What is transposed so, perhaps in steps; null for others.
    private static @Nullable Value transpose(Value value, Longs order, RuleContext context) {
        var at = value;
        var so = Longs.range(0, order.size());
        while (context.producer(at, Transpose.class) instanceof Node node
                && node.op() instanceof Transpose transpose
                && Match.rank(value) == order.size()) {
            so = Views.composed(transpose.order(order.size()), so);
            at = node.input(0);
            if (so.equals(order)) {
                return at;
            }
        }
        return null;
    }

    /// `x` of shape `[batch, length, heads · size]` whose heads were made an axis and moved; null
    /// for others.
    private static @Nullable Value packed(Value heads, Longs order, RuleContext context) {
        var reshaped = transpose(heads, order, context);
        var node = reshaped == null ? null : context.producer(reshaped, Reshape.class);
        if (reshaped == null || node == null || Match.rank(node.input(0)) != 3) {
            return null;
        }
        var from = Match.shape(node.input(0));
        var to = Match.shape(reshaped);
        return from.dim(0).equals(to.dim(0))
                        && from.dim(1).equals(to.dim(1))
                        && from.dim(2).equals(to.dim(2).times(to.dim(3)))
                ? node.input(0)
                : null;
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
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
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that recognise multi-head attention as exporters write it out.
final class AttentionFusion {
    private static final Longs HEADS_FIRST = Longs.of(0, 2, 1, 3);
    private static final Longs HEADS_FIRST_TRANSPOSED = Longs.of(0, 2, 3, 1);
    private static final Longs ROW_HEADS_FIRST = Longs.of(1, 0, 2);
    private static final Longs ROW_HEADS_FIRST_TRANSPOSED = Longs.of(1, 2, 0);

    static final List<Rule<?>> RULES =
            List.of(
                    rule("attention", Reshape.class, AttentionFusion::attention),
                    rule("attention-of-rows", Transpose.class, AttentionFusion::ofRows));

    private AttentionFusion() {}

    /// Scores before softmax: `q × kᵀ` times a number, plus a mask.
    private record Scores(Node product, double scale, Value mask) {}

    /// `reshape(transpose(softmax(q × kᵀ · scale + mask) × v))` where q, k and v are packed heads.
    private static Optional<Patch> attention(Reshape op, Node node, RuleContext context) {
        var outer = transpose(node.input(0), HEADS_FIRST, context);
        var product = outer == null ? null : single(outer, MatMul.class, context);
        var softmax = product == null ? null : single(product.input(0), Softmax.class, context);
        if (product == null || softmax == null || !isLast(softmax)) {
            return Optional.empty();
        }
        var scores = scores(softmax.input(0), context);
        var v = packed(product.input(1), HEADS_FIRST, context);
        var q = scores == null ? null : packed(scores.product().input(0), HEADS_FIRST, context);
        var k =
                scores == null
                        ? null
                        : packed(scores.product().input(1), HEADS_FIRST_TRANSPOSED, context);
        if (scores == null
                || q == null
                || k == null
                || v == null
                || !(heads(scores.product().input(0)) instanceof Dim.Known(var heads))
                || !Match.shape(node.output()).equals(Match.shape(q))
                || !v.type().equals(k.type())
                || q.tensorType().dtype() != DType.FLOAT32) {
            return Optional.empty();
        }
        var patch = context.patch();
        var inputs = new ArrayList<>(List.of(q, k, v));
        if (scores.mask().isPresent()) {
            inputs.add(expanded(scores.mask(), q, patch));
        }
        return Optional.of(
                patch.replace(node, attention((int) heads, scores.scale()), inputs).build());
    }

    private static Attention attention(int heads, double scale) {
        return new Attention(false, heads, null, heads, 0, null, (float) scale, 0, null);
    }

    /// `transpose(softmax(q × kᵀ · scale + mask) × v)` where q, k and v are `[length, heads, size]`:
    /// attention of one sample, or of several whose heads are counted together.
    private static Optional<Patch> ofRows(Transpose op, Node node, RuleContext context) {
        if (Match.rank(node.input(0)) != 3 || !op.order(3).equals(ROW_HEADS_FIRST)) {
            return Optional.empty();
        }
        var product = single(node.input(0), MatMul.class, context);
        var softmax = product == null ? null : single(product.input(0), Softmax.class, context);
        if (product == null
                || softmax == null
                || !(softmax.op() instanceof Softmax(var axis) && (axis == -1 || axis == 2))) {
            return Optional.empty();
        }
        var scores = scores(softmax.input(0), context);
        if (scores == null) {
            return Optional.empty();
        }
        var factor = multiplied(scores.product().input(0), context);
        var q = transpose(factor.value(), ROW_HEADS_FIRST, context);
        var k = transpose(scores.product().input(1), ROW_HEADS_FIRST_TRANSPOSED, context);
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
            inputs.add(expanded(scores.mask(), rows, patch));
        }
        var result =
                patch.add(
                                attention((int) heads, scores.scale() * factor.number()),
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

    /// A value as a multiple of another.
    private record Multiple(Value value, double number) {}

    private static Multiple multiplied(Value value, RuleContext context) {
        var node = context.isReadOnce(value) ? context.producer(value, Binary.class) : null;
        if (node != null && node.op() == Binary.MUL) {
            for (int number = 0; number < 2; number++) {
                var factor = Match.scalar(node.input(number));
                if (factor.isPresent()) {
                    return new Multiple(node.input(1 - number), factor.getAsDouble());
                }
            }
        }
        if (node != null && node.op() == Binary.DIV && Match.scalar(node.input(1)).isPresent()) {
            return new Multiple(
                    node.input(0), 1 / Match.scalar(node.input(1)).getAsDouble());
        }
        return new Multiple(value, 1);
    }

    /// A mask with a row a query: runtimes do not all repeat one row for all of them.
    private static Value expanded(Value mask, Value q, Patch.Builder patch) {
        var shape = Match.shape(mask);
        if (!shape.dim(-2).is(1)) {
            return mask;
        }
        var one = patch.constant(mask.name() + "_one", Tensor.ofLongs(1));
        boolean itself = shape.dim(-1).equals(Match.shape(q).dim(1));
        var queries =
                itself
                        ? patch.add(
                                new ShapeOf(shape.rank() - 1, null), mask.name() + "_queries", mask)
                        : patch.add(new ShapeOf(1, 2), mask.name() + "_queries", q);
        var target = patch.add(new Concat(0), mask.name() + "_shape", queries, one);
        return patch.add(new Expand(), mask.name() + "_rows", mask, target);
    }

    private static boolean isLast(Node softmax) {
        return softmax.op() instanceof Softmax(var axis) && (axis == -1 || axis == 3);
    }

    private static Dim heads(Value headsFirst) {
        return Match.shape(headsFirst).dim(1);
    }

    /// The node that makes a value nobody else reads; null where its operator is another.
    private static @Nullable Node single(
            Value value, Class<? extends Op> type, RuleContext context) {
        return context.isReadOnce(value) ? context.producer(value, type) : null;
    }

    /// What is transposed so; null for others.
    private static @Nullable Value transpose(Value value, Longs order, RuleContext context) {
        var node = context.producer(value, Transpose.class);
        return node != null
                        && node.op() instanceof Transpose transpose
                        && Match.rank(value) == order.size()
                        && transpose.order(order.size()).equals(order)
                ? node.input(0)
                : null;
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

    private static @Nullable Scores scores(Value value, RuleContext context) {
        var node = context.isReadOnce(value) ? context.producer(value) : null;
        if (node == null) {
            return null;
        }
        if (node.op() == Binary.ADD) {
            for (var input : node.inputs()) {
                var mask = Match.beside(node, input);
                var inner = scaled(input, context);
                if (inner != null && mask != null && masks(mask, input)) {
                    return new Scores(inner.product(), inner.scale(), mask);
                }
            }
            return null;
        }
        return scaled(value, context);
    }

    /// Whether a mask broadcasts to scores without making them larger.
    private static boolean masks(Value mask, Value scores) {
        return mask.type() instanceof Type.OfTensor(var dtype, var shape)
                && dtype == scores.tensorType().dtype()
                && shape.isRanked()
                && shape.rank() >= 2
                && shape.dim(-1).equals(Match.shape(scores).dim(-1))
                && shape.broadcast(Match.shape(scores)).equals(Match.shape(scores));
    }

    private static @Nullable Scores scaled(Value value, RuleContext context) {
        var node = context.isReadOnce(value) ? context.producer(value) : null;
        if (node == null) {
            return null;
        }
        if (node.op() instanceof MatMul) {
            return new Scores(node, 1, Value.NONE);
        }
        int number = Match.scalar(node.input(1)).isPresent() ? 1 : 0;
        var factor = Match.scalar(node.input(number));
        var product = single(node.input(1 - number), MatMul.class, context);
        if (product == null || factor.isEmpty()) {
            return null;
        }
        if (node.op() == Binary.MUL) {
            return new Scores(product, factor.getAsDouble(), Value.NONE);
        }
        return node.op() == Binary.DIV && number == 1
                ? new Scores(product, 1 / factor.getAsDouble(), Value.NONE)
                : null;
    }
}

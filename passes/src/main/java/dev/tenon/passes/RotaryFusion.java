package dev.tenon.passes;

import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.RotaryEmbedding;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Unsqueeze;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Recognises rotary position embeddings as PyTorch exports them.
final class RotaryFusion {
    /// How far back it looks for where cosines and sines were doubled.
    private static final int REACH = 6;

    private RotaryFusion() {}

    /// `x · cos + concat(-x[half:], x[:half]) · sin`, where both halves of the cosines, and of the
    /// sines, are the same.
    static Optional<Patch> rotary(Binary op, Node node, RuleContext context) {
        for (var straight : op == Binary.ADD ? node.inputs() : List.<Value>of()) {
            var turned = Match.beside(node, straight);
            var first = product(straight, context);
            var second = turned == null ? null : product(turned, context);
            if (first == null || second == null) {
                continue;
            }
            for (var rotated : second.inputs()) {
                var x = rotatedFrom(rotated, context);
                var sin = Match.beside(second, rotated);
                var cos = x == null ? null : Match.beside(first, x);
                if (x != null && sin != null && cos != null && fits(x, cos, sin, context)) {
                    return Optional.of(fused(node, x, cos, sin, context));
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Node product(Value value, RuleContext context) {
        var node = context.isReadOnce(value) ? context.producer(value, Binary.class) : null;
        return node != null && node.op() == Binary.MUL ? node : null;
    }

    /// `x` of `concat(-x[half:], x[:half])` along the last axis; null for others.
    private static @Nullable Value rotatedFrom(Value value, RuleContext context) {
        var concat = context.producer(value, Concat.class);
        int rank = Match.rank(value);
        if (concat == null
                || rank != 4
                || !(concat.op() instanceof Concat(var axis))
                || Math.floorMod(axis, rank) != 3
                || concat.inputs().size() != 2
                || !(Match.shape(value).dim(3) instanceof Dim.Known(var size))) {
            return null;
        }
        var negated = context.producer(concat.input(0), Unary.class);
        var low = context.producer(concat.input(1), Slice.class);
        var high =
                negated == null || negated.op() != Unary.NEG
                        ? null
                        : context.producer(negated.input(0), Slice.class);
        return low != null
                        && high != null
                        && low.input(0) == high.input(0)
                        && size % 2 == 0
                        && isRange(low, 0, size / 2, size)
                        && isRange(high, size / 2, size, size)
                        && Match.sameType(low.input(0), value)
                ? low.input(0)
                : null;
    }

    private static boolean isRange(Node slice, long start, long end, long extent) {
        var ranges = Ranges.of(slice);
        var range = ranges == null || ranges.axes().size() != 1 ? null : ranges.along(3);
        return range != null
                && range.step() == 1
                && range.start() == start
                && Math.min(range.end(), extent) == end;
    }

    /// `[B, T, D]` of cosines or sines for all heads `[B, 1, T, D]`; null for others.
    private static @Nullable Value table(Value value, RuleContext context) {
        var unsqueeze = context.producer(value, Unsqueeze.class);
        return unsqueeze != null
                        && Match.rank(value) == 4
                        && Match.rank(unsqueeze.input(0)) == 3
                        && Match.shape(value).dim(1).is(1)
                        && Match.shape(value).dim(0).equals(Match.shape(unsqueeze.input(0)).dim(0))
                        && Match.shape(value).dim(2).equals(Match.shape(unsqueeze.input(0)).dim(1))
                ? unsqueeze.input(0)
                : null;
    }

    private static boolean fits(Value x, Value cos, Value sin, RuleContext context) {
        var shape = Match.shape(x);
        for (var each : List.of(cos, sin)) {
            var table = table(each, context);
            var of = table == null ? null : Match.shape(table);
            if (table == null
                    || of == null
                    || !of.dim(0).equals(shape.dim(0))
                    || !of.dim(1).equals(shape.dim(2))
                    || !of.dim(2).equals(shape.dim(3))
                    || !isDoubled(table, context)) {
                return false;
            }
        }
        return Match.isWide(x);
    }

    /// Whether the second half of the last axis is the first half again.
    private static boolean isDoubled(Value value, RuleContext context) {
        var at = value;
        for (int i = 0; i < REACH; i++) {
            var node = context.producer(at);
            if (node == null) {
                return false;
            }
            if (node.op() instanceof Concat(var axis)) {
                return Math.floorMod(axis, Match.rank(at)) == Match.rank(at) - 1
                        && node.inputs().size() == 2
                        && node.input(0) == node.input(1);
            }
            var operand = node.op() instanceof Cast ? node.input(0) : Motion.onlyOperand(node);
            if (operand == null) {
                return false;
            }
            at = operand;
        }
        return false;
    }

    private static Patch fused(Node node, Value x, Value cos, Value sin, RuleContext context) {
        var patch = context.patch();
        return patch.replace(
                        node,
                        new RotaryEmbedding(false, null, 0),
                        List.of(x, half(cos, context, patch), half(sin, context, patch)))
                .build();
    }

    private static Value half(Value value, RuleContext context, Patch.Builder patch) {
        var table = Objects.requireNonNull(table(value, context));
        long half = Match.shape(table).dim(2).known().orElseThrow() / 2;
        return patch.add(
                new Slice(),
                value.name() + "_half",
                table,
                patch.constant(value.name() + "_starts", Tensor.ofLongs(0)),
                patch.constant(value.name() + "_ends", Tensor.ofLongs(half)),
                patch.constant(value.name() + "_axes", Tensor.ofLongs(2)));
    }
}

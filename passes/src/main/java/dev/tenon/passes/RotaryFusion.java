package dev.tenon.passes;

import dev.tenon.base.Dim;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.RotaryEmbedding;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Expand;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Unsqueeze;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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

    /// `[T, D]` of constant cosines or sines `[1, …, T, D]`; null for others.
    private static @Nullable Tensor fixed(Value value) {
        var tensor = value.constant();
        int rank = tensor == null ? 0 : tensor.rank();
        return tensor != null
                        && rank >= 2
                        && LongStream.of(tensor.dims()).limit(rank - 2).allMatch(d -> d == 1)
                ? tensor.reshape(tensor.dim(rank - 2), tensor.dim(rank - 1))
                : null;
    }

    private static boolean fits(Value x, Value cos, Value sin, RuleContext context) {
        return Match.isWide(x)
                && Stream.of(cos, sin).allMatch(each -> fits(Match.shape(x), each, context));
    }

    private static boolean fits(Shape x, Value value, RuleContext context) {
        var fixed = fixed(value);
        if (fixed != null) {
            return x.dim(2).is(fixed.dim(0)) && x.dim(3).is(fixed.dim(1)) && isDoubled(fixed);
        }
        var table = table(value, context);
        var of = table == null ? null : Match.shape(table);
        return table != null
                && of != null
                && of.dim(0).equals(x.dim(0))
                && of.dim(1).equals(x.dim(2))
                && of.dim(2).equals(x.dim(3))
                && isDoubled(table, context);
    }

    /// Whether the second half of the last axis is the first half again.
    private static boolean isDoubled(Value value, RuleContext context) {
        var at = value;
        for (int i = 0; i < REACH; i++) {
            if (at.constant() != null) {
                return isDoubled(at.constant());
            }
            var node = context.producer(at);
            if (node == null) {
                return false;
            }
            if (node.op() instanceof Concat(var axis)) {
                return Math.floorMod(axis, Match.rank(at)) == Match.rank(at) - 1
                        && node.inputs().size() == 2
                        && node.input(0) == node.input(1);
            }
            boolean copies = node.op() instanceof Cast || picksRows(node);
            var operand = copies ? node.input(0) : Motion.onlyOperand(node);
            if (operand == null) {
                return false;
            }
            at = operand;
        }
        return false;
    }

    private static boolean picksRows(Node node) {
        return node.op() instanceof Gather(var axis) && axis == 0 && Match.rank(node.input(0)) == 2;
    }

    private static boolean isDoubled(Tensor tensor) {
        long size = tensor.rank() == 0 ? 1 : tensor.dim(tensor.rank() - 1);
        for (long i = 0; i < tensor.size() && size % 2 == 0; i += size) {
            for (long j = i; j < i + size / 2; j++) {
                if (Double.compare(tensor.getDouble(j), tensor.getDouble(j + size / 2)) != 0) {
                    return false;
                }
            }
        }
        return size % 2 == 0;
    }

    private static Patch fused(Node node, Value x, Value cos, Value sin, RuleContext context) {
        var patch = context.patch();
        return patch.replace(
                        node,
                        new RotaryEmbedding(false, null, 0),
                        List.of(x, half(cos, x, context, patch), half(sin, x, context, patch)))
                .build();
    }

    private static Value half(Value value, Value x, RuleContext context, Patch.Builder patch) {
        var fixed = fixed(value);
        if (fixed != null) {
            return forEachSample(
                    patch.constant(value.name() + "_half", firstHalf(fixed)), x, patch);
        }
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

    /// `[1, T, D / 2]` of `[T, D]`.
    private static Tensor firstHalf(Tensor table) {
        long half = table.dim(1) / 2;
        var tensor = Tensor.zeros(table.dtype(), 1, table.dim(0), half);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.copyElement(i, table, i / half * table.dim(1) + i % half);
        }
        return tensor;
    }

    private static Value forEachSample(Value table, Value x, Patch.Builder patch) {
        if (Match.shape(x).dim(0).is(1)) {
            return table;
        }
        var samples = patch.add(new ShapeOf(0, 1), table.name() + "_samples", x);
        var ones = patch.constant(table.name() + "_ones", Tensor.ofLongs(1, 1));
        var shape = patch.add(new Concat(0), table.name() + "_shape", samples, ones);
        return patch.add(new Expand(), table.name() + "_rows", table, shape);
    }
}

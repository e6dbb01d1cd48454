package dev.tenon.passes;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Variadic;
import dev.tenon.graph.op.elementwise.Where;
import dev.tenon.graph.op.norm.Softmax;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Scores of attention before softmax: `q × kᵀ` times a number, plus a mask.
///
/// @param k the keys, transposed
/// @param mask [Value#NONE] for none
record Scores(Value q, Value k, double scale, Value mask) {
    /// Scores of at most this much have no part in a softmax beside ordinary ones.
    private static final double MASKED = -1e4;

    private static final double LOWEST = -Float.MAX_VALUE;

    private Scores times(double factor) {
        return new Scores(q, k, scale * factor, mask);
    }

    /// `softmax(where(c, s, -10000))` as `softmax(s + where(c, 0, lowest))`: the same for scores
    /// that are finite. A row of which nothing is left is uniform either way.
    static Optional<Patch> maskOf(Softmax op, Node node, RuleContext context) {
        var where =
                context.isReadOnce(node.input(0))
                        ? context.producer(node.input(0), Where.class)
                        : null;
        int masked = where == null ? 0 : isMasked(where.input(1)) ? 1 : 2;
        if (where == null
                || !isMasked(where.input(masked))
                || !weighs(node, context)
                || scaled(where.input(3 - masked), context) == null
                || !fits(where.input(0), where.output())
                || !Match.sameType(where.input(3 - masked), where.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        var dtype = where.output().tensorType().dtype();
        var lowest = Tensor.zeros(dtype);
        lowest.setDouble(0, LOWEST);
        var sides =
                List.of(
                        patch.constant(where.name() + "_zero", Tensor.zeros(dtype)),
                        patch.constant(where.name() + "_lowest", lowest));
        var mask =
                patch.add(
                        new Where(),
                        where.name() + "_mask",
                        where.input(0),
                        sides.get(masked == 1 ? 1 : 0),
                        sides.get(masked == 1 ? 0 : 1));
        var sum = patch.add(Binary.ADD, where.output().name(), where.input(3 - masked), mask);
        return Optional.of(patch.replace(node, op, List.of(sum)).build());
    }

    /// `softmax(max(s, lowest))` as `softmax(s)`: the same for scores that are finite.
    static Optional<Patch> unbounded(Softmax op, Node node, RuleContext context) {
        var max = context.producer(node.input(0), Variadic.class);
        if (max == null
                || max.op() != Variadic.MAX
                || max.inputs().size() != 2
                || !weighs(node, context)) {
            return Optional.empty();
        }
        int bound = Match.scalar(max.input(0)).isPresent() ? 0 : 1;
        var lowest = Match.scalar(max.input(bound));
        var scores = max.input(1 - bound);
        return lowest.isPresent()
                        && lowest.getAsDouble() <= LOWEST
                        && Match.sameType(scores, max.output())
                ? Optional.of(context.patch().replace(node, op, List.of(scores)).build())
                : Optional.empty();
    }

    private static boolean isMasked(Value value) {
        var scalar = Match.scalar(value);
        return scalar.isPresent() && scalar.getAsDouble() <= MASKED;
    }

    /// Whether the result is multiplied by values.
    private static boolean weighs(Node softmax, RuleContext context) {
        return Match.isWide(softmax.output())
                && context.isReadOnce(softmax.output())
                && context.readers(softmax.output()).getFirst().op() instanceof MatMul;
    }

    /// Those of a value; null where it is something else.
    static @Nullable Scores of(Value value, RuleContext context) {
        var node = context.isReadOnce(value) ? context.producer(value) : null;
        if (node == null) {
            return null;
        }
        if (node.op() == Binary.ADD) {
            for (var input : node.inputs()) {
                var mask = Match.beside(node, input);
                var inner = scaled(input, context);
                if (inner != null && mask != null && masks(mask, input)) {
                    return new Scores(inner.q(), inner.k(), inner.scale(), mask);
                }
            }
            return null;
        }
        return scaled(value, context);
    }

    private static boolean masks(Value mask, Value scores) {
        return mask.type() instanceof Type.OfTensor(var dtype, _)
                && dtype == scores.tensorType().dtype()
                && fits(mask, scores);
    }

    /// Whether a mask broadcasts to scores without making them larger.
    private static boolean fits(Value mask, Value scores) {
        var shape = Match.shape(mask);
        return shape.isRanked()
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
            var factor = factor(context.producer(node.input(0)));
            return factor == null || !context.isReadOnce(node.input(0))
                    ? new Scores(node.input(0), node.input(1), 1, Value.NONE)
                    : new Scores(factor.of(), node.input(1), factor.number(), Value.NONE);
        }
        var factor = factor(node);
        boolean product =
                factor != null
                        && context.isReadOnce(factor.of())
                        && context.producer(factor.of(), MatMul.class) != null;
        var scores = product && factor != null ? scaled(factor.of(), context) : null;
        return scores == null || factor == null ? null : scores.times(factor.number());
    }

    /// A value and the number that it is multiplied by.
    private record Factor(Value of, double number) {}

    private static @Nullable Factor factor(@Nullable Node node) {
        if (node == null || !(node.op() instanceof Binary)) {
            return null;
        }
        int at = Match.scalar(node.input(1)).isPresent() ? 1 : 0;
        var number = Match.scalar(node.input(at));
        var of = node.input(1 - at);
        if (number.isEmpty() || !Match.sameType(of, node.output())) {
            return null;
        }
        if (node.op() == Binary.MUL) {
            return new Factor(of, number.getAsDouble());
        }
        return node.op() == Binary.DIV && at == 1 ? new Factor(of, 1 / number.getAsDouble()) : null;
    }
}

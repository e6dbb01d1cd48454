package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Clip;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.elementwise.HardSigmoid;
import dev.tenon.graph.op.elementwise.LeakyRelu;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.elementwise.Variadic;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Rules that recognise piecewise linear activations which are written out in maxima, minima and
/// arithmetic.
final class Bounds {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("merge-clips", Formula.class, Bounds::merge),
                    rule("hard-sigmoid-clip", Clip.class, Bounds::hardSigmoid),
                    rule("max-to-leaky-relu", Variadic.class, Bounds::maxToLeakyRelu),
                    rule("prelu-to-leaky-relu", Binary.class, Bounds::preluToLeakyRelu));

    private Bounds() {}

    /// What a node keeps of an operand: nothing below `least`, nothing above `most`.
    private record Range(Value of, double least, double most) {
        boolean isBounded() {
            return least > Double.NEGATIVE_INFINITY || most < Double.POSITIVE_INFINITY;
        }
    }

    /// The range that a node keeps an operand in; null for nodes that do something else.
    private static @Nullable Range range(@Nullable Node node) {
        if (node == null || !Match.isFloat(node.input(0))) {
            return null;
        }
        return switch (node.op()) {
            case Clip _ -> clip(node);
            case Unary op when op == Unary.RELU ->
                    new Range(node.input(0), 0, Double.POSITIVE_INFINITY);
            case Variadic op when op == Variadic.MAX || op == Variadic.MIN -> extreme(op, node);
            default -> null;
        };
    }

    private static @Nullable Range clip(Node node) {
        var least = bound(node.input(1), Double.NEGATIVE_INFINITY);
        var most = bound(node.input(2), Double.POSITIVE_INFINITY);
        return least.isEmpty() || most.isEmpty() || least.getAsDouble() > most.getAsDouble()
                ? null
                : new Range(node.input(0), least.getAsDouble(), most.getAsDouble());
    }

    private static OptionalDouble bound(Value value, double open) {
        return value.isPresent() ? Match.scalar(value) : OptionalDouble.of(open);
    }

    private static @Nullable Range extreme(Variadic op, Node node) {
        for (int i = 0; i < 2 && node.inputs().size() == 2; i++) {
            var bound = Match.scalar(node.input(i));
            var of = node.input(1 - i);
            if (bound.isPresent()
                    && !Double.isNaN(bound.getAsDouble())
                    && Match.sameType(of, node.output())) {
                return op == Variadic.MAX
                        ? new Range(of, bound.getAsDouble(), Double.POSITIVE_INFINITY)
                        : new Range(of, Double.NEGATIVE_INFINITY, bound.getAsDouble());
            }
        }
        return null;
    }

    /// A range of a range is one range, where they have something in common.
    private static Optional<Patch> merge(Op op, Node node, RuleContext context) {
        var outer = range(node);
        var inner =
                outer == null || !context.isReadOnce(outer.of())
                        ? null
                        : range(context.producer(outer.of()));
        if (outer == null || inner == null || !outer.isBounded() || !inner.isBounded()) {
            return Optional.empty();
        }
        double least = Math.max(outer.least(), inner.least());
        double most = Math.min(outer.most(), inner.most());
        if (least > most || !Match.sameType(inner.of(), node.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        if (least == 0 && most == Double.POSITIVE_INFINITY) {
            return Optional.of(patch.replace(node, Unary.RELU, List.of(inner.of())).build());
        }
        return Optional.of(
                patch.replace(
                                node,
                                new Clip(),
                                List.of(
                                        inner.of(),
                                        limit(node, "_least", least, patch),
                                        limit(node, "_most", most, patch)))
                        .build());
    }

    private static Value limit(Node node, String suffix, double limit, Patch.Builder patch) {
        return Double.isInfinite(limit)
                ? Value.NONE
                : patch.constant(
                        node.name() + suffix,
                        Tensor.scalar(node.output().tensorType().dtype(), limit));
    }

    /// `clip(alpha · x + beta, 0, 1)`.
    private static Optional<Patch> hardSigmoid(Clip op, Node node, RuleContext context) {
        var range = range(node);
        var sum =
                range == null || range.least() != 0 || range.most() != 1
                        ? null
                        : context.producer(range.of(), Binary.class);
        if (range == null || sum == null || sum.op() != Binary.ADD) {
            return Optional.empty();
        }
        for (int i = 0; i < 2; i++) {
            var beta = Match.scalar(sum.input(i));
            var product = context.producer(sum.input(1 - i), Binary.class);
            var factor = product == null ? null : factor(product);
            if (beta.isPresent()
                    && product != null
                    && factor != null
                    && context.isReadOnce(range.of())
                    && context.isReadOnce(sum.input(1 - i))
                    && Match.sameType(factor.of(), node.output())) {
                var sigmoid = new HardSigmoid((float) factor.by(), (float) beta.getAsDouble());
                return Optional.of(
                        context.patch().replace(node, sigmoid, List.of(factor.of())).build());
            }
        }
        return Optional.empty();
    }

    /// An operand and the number that it is multiplied by.
    private record Factor(Value of, double by) {}

    private static @Nullable Factor factor(Node node) {
        for (int i = 0; i < 2; i++) {
            var number = Match.scalar(node.input(i));
            if (number.isPresent() && Double.isFinite(number.getAsDouble())) {
                if (node.op() == Binary.MUL) {
                    return new Factor(node.input(1 - i), number.getAsDouble());
                }
                if (node.op() == Binary.DIV && i == 1 && number.getAsDouble() != 0) {
                    return new Factor(node.input(0), 1 / number.getAsDouble());
                }
            }
        }
        return null;
    }

    /// `max(x, alpha · x)` with `0 < alpha < 1`.
    private static Optional<Patch> maxToLeakyRelu(Variadic op, Node node, RuleContext context) {
        for (int i = 0; op == Variadic.MAX && node.inputs().size() == 2 && i < 2; i++) {
            var product = context.producer(node.input(i), Binary.class);
            var factor = product == null ? null : factor(product);
            if (factor != null
                    && factor.of() == node.input(1 - i)
                    && factor.by() > 0
                    && factor.by() < 1
                    && Match.isFloat(factor.of())) {
                var relu = new LeakyRelu((float) factor.by());
                return Optional.of(
                        context.patch().replace(node, relu, List.of(factor.of())).build());
            }
        }
        return Optional.empty();
    }

    /// A slope that is the same for all elements.
    private static Optional<Patch> preluToLeakyRelu(Binary op, Node node, RuleContext context) {
        var slope = Match.scalar(node.input(1));
        return op == Binary.PRELU
                        && slope.isPresent()
                        && Match.isWide(node.input(0))
                        && (double) (float) slope.getAsDouble() == slope.getAsDouble()
                        && Match.sameType(node.input(0), node.output())
                ? Optional.of(
                        context.patch()
                                .replace(
                                        node,
                                        new LeakyRelu((float) slope.getAsDouble()),
                                        List.of(node.input(0)))
                                .build())
                : Optional.empty();
    }
}

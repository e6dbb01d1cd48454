package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Swish;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.Softmax;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that recognise functions of `eˣ` which are written out. What they give does not overflow
/// where `eˣ` does.
final class Gates {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("sigmoid", Binary.class, Gates::sigmoid),
                    rule("sigmoid-reciprocal", Unary.class, Gates::sigmoidOfReciprocal),
                    rule("sigmoid-quotient", Binary.class, Gates::sigmoidQuotient),
                    rule("softplus", Unary.class, Gates::softplus),
                    rule("log-softmax", Unary.class, Gates::logSoftmax));

    /// Other runtimes do better with the product than with the operator, which is younger.
    static final List<Rule<?>> SWISH =
            List.of(
                    rule("swish", Binary.class, Gates::swish),
                    rule("swish-alpha", Binary.class, Gates::swishAlpha));

    private Gates() {}

    private static Optional<Patch> become(
            Op op, Node node, @Nullable Value x, RuleContext context) {
        return x != null && Match.isFloat(x) && Match.sameType(x, node.output())
                ? Optional.of(context.patch().replace(node, op, List.of(x)).build())
                : Optional.empty();
    }

    private static @Nullable Value operand(Value value, Unary op, RuleContext context) {
        var node = context.producer(value, Unary.class);
        return node != null && node.op() == op ? node.input(0) : null;
    }

    /// `x` of `1 + eˣ`; null for others.
    private static @Nullable Value onePlusExp(Value value, RuleContext context) {
        var exp = Match.besideNumber(context.producer(value), Binary.ADD, 1);
        return exp == null ? null : operand(exp, Unary.EXP, context);
    }

    /// `x` of `1 + e⁻ˣ`; null for others.
    private static @Nullable Value onePlusExpOfMinus(Value value, RuleContext context) {
        var exponent = onePlusExp(value, context);
        if (exponent == null) {
            return null;
        }
        var negated = operand(exponent, Unary.NEG, context);
        return negated != null
                ? negated
                : Match.besideNumber(context.producer(exponent), Binary.MUL, -1);
    }

    /// `1 / (1 + e⁻ˣ)`.
    private static Optional<Patch> sigmoid(Binary op, Node node, RuleContext context) {
        return op == Binary.DIV && Match.is(node.input(0), 1)
                ? become(Unary.SIGMOID, node, onePlusExpOfMinus(node.input(1), context), context)
                : Optional.empty();
    }

    /// `1 / (1 + e⁻ˣ)` by the operator for reciprocals.
    private static Optional<Patch> sigmoidOfReciprocal(Unary op, Node node, RuleContext context) {
        return op == Unary.RECIPROCAL
                ? become(Unary.SIGMOID, node, onePlusExpOfMinus(node.input(0), context), context)
                : Optional.empty();
    }

    /// `log(1 + eˣ)`.
    private static Optional<Patch> softplus(Unary op, Node node, RuleContext context) {
        return op == Unary.LOG
                ? become(Unary.SOFTPLUS, node, onePlusExp(node.input(0), context), context)
                : Optional.empty();
    }

    /// `log(softmax(x))`.
    private static Optional<Patch> logSoftmax(Unary op, Node node, RuleContext context) {
        var softmax = op == Unary.LOG ? context.producer(node.input(0), Softmax.class) : null;
        return softmax != null && softmax.op() instanceof Softmax(var axis)
                ? become(new LogSoftmax(axis), node, softmax.input(0), context)
                : Optional.empty();
    }

    /// `x / (1 + e⁻ˣ)`, as `x · sigmoid(x)`.
    private static Optional<Patch> sigmoidQuotient(Binary op, Node node, RuleContext context) {
        var x = op == Binary.DIV ? onePlusExpOfMinus(node.input(1), context) : null;
        if (x == null || !Match.isFloat(x) || !Match.sameType(x, node.input(1))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var gate = patch.add(Unary.SIGMOID, node.name() + "_gate", x);
        return Optional.of(patch.replace(node, Binary.MUL, List.of(node.input(0), gate)).build());
    }

    /// `x · sigmoid(x)`.
    private static Optional<Patch> swish(Binary op, Node node, RuleContext context) {
        for (var factor : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var x = operand(factor, Unary.SIGMOID, context);
            if (x != null && x == Match.beside(node, factor)) {
                return become(new Swish(1), node, x, context);
            }
        }
        return Optional.empty();
    }

    /// `x · sigmoid(alpha · x)`.
    private static Optional<Patch> swishAlpha(Binary op, Node node, RuleContext context) {
        for (var gate : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var x = Match.beside(node, gate);
            var scaled = operand(gate, Unary.SIGMOID, context);
            var product = scaled == null ? null : context.producer(scaled, Binary.class);
            var alpha =
                    product == null || product.op() != Binary.MUL || x == null
                            ? null
                            : Match.beside(product, x);
            var number = alpha == null ? null : Match.scalar(alpha);
            if (number != null && number.isPresent()) {
                return become(new Swish((float) number.getAsDouble()), node, x, context);
            }
        }
        return Optional.empty();
    }
}

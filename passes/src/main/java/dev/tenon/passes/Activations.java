package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Clip;
import dev.tenon.graph.op.elementwise.Gelu;
import dev.tenon.graph.op.elementwise.HardSigmoid;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.elementwise.Variadic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that recognise activations which are written out in arithmetic.
final class Activations {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("hard-sigmoid", Binary.class, Activations::hardSigmoid),
                    rule("hard-swish", Binary.class, Activations::hardSwish),
                    rule("gelu", Binary.class, Activations::gelu),
                    rule("gelu-tanh", Binary.class, Activations::geluTanh),
                    rule("mish", Binary.class, Activations::mish),
                    rule("clip-to-relu", Clip.class, Activations::relu),
                    rule("max-to-relu", Variadic.class, Activations::maxToRelu),
                    rule("relu-of-relu", Unary.class, Activations::reluOfRelu));

    private Activations() {}

    private static Optional<Patch> become(
            Op op, Node node, @Nullable Value x, RuleContext context) {
        return x != null && Match.isFloat(x) && Match.sameType(x, node.output())
                ? Optional.of(context.patch().replace(node, op, List.of(x)).build())
                : Optional.empty();
    }

    /// `x` of `clip(x + 3, 0, 6)`; null for others.
    private static @Nullable Value ramp(@Nullable Node clip, RuleContext context) {
        return clip != null
                        && clip.op() instanceof Clip
                        && isZero(clip.input(1))
                        && Match.is(clip.input(2), 6)
                ? Match.besideNumber(context.producer(clip.input(0)), Binary.ADD, 3)
                : null;
    }

    private static boolean isZero(Value value) {
        var scalar = Match.scalar(value);
        return scalar.isPresent() && scalar.getAsDouble() == 0;
    }

    /// `clip(x + 3, 0, 6) / 6`.
    private static Optional<Patch> hardSigmoid(Binary op, Node node, RuleContext context) {
        var clip = Match.multiple(node, 1.0 / 6);
        return clip == null
                ? Optional.empty()
                : become(
                        new HardSigmoid(1f / 6, 0.5f),
                        node,
                        ramp(context.producer(clip), context),
                        context);
    }

    /// `x · clip(x + 3, 0, 6) / 6`, and `x · hardSigmoid(x)` of these numbers.
    private static Optional<Patch> hardSwish(Binary op, Node node, RuleContext context) {
        var product = Match.multiple(node, 1.0 / 6);
        var times = product == null ? null : context.producer(product, Binary.class);
        if (times != null && times.op() == Binary.MUL) {
            for (var factor : times.inputs()) {
                var x = ramp(context.producer(factor), context);
                if (x != null && x == Match.beside(times, factor)) {
                    return become(Unary.HARD_SWISH, node, x, context);
                }
            }
        }
        if (op == Binary.MUL) {
            for (var factor : node.inputs()) {
                var gate = context.producer(factor, HardSigmoid.class);
                if (gate != null
                        && gate.op() instanceof HardSigmoid(var alpha, var beta)
                        && Math.abs(alpha - 1.0 / 6) < 1e-6
                        && beta == 0.5f
                        && gate.input(0) == Match.beside(node, factor)) {
                    return become(Unary.HARD_SWISH, node, gate.input(0), context);
                }
            }
        }
        return Optional.empty();
    }

    /// The factors of a product of products, constants among them; null where a node is no product.
    /// A factor that others read too is not taken apart.
    private static @Nullable List<Value> factors(Node node, RuleContext context) {
        if (node.op() != Binary.MUL) {
            return null;
        }
        var factors = new ArrayList<Value>();
        for (var input : node.inputs()) {
            var producer = context.producer(input);
            if (producer != null
                    && producer.op() == Binary.MUL
                    && context.isReadOnce(input)
                    && factors.size() < 3) {
                factors.addAll(producer.inputs());
            } else {
                factors.add(input);
            }
        }
        return factors;
    }

    /// `x · 0.5 · (1 + f)` in any order: the `f` that is found beside `x`, with `x`.
    private record HalfGated(Value x, Node gate) {}

    private static @Nullable HalfGated halfGated(Node node, Op gateOp, RuleContext context) {
        var factors = factors(node, context);
        if (factors == null || factors.size() != 3) {
            return null;
        }
        var half = factors.stream().filter(f -> Match.is(f, 0.5)).findFirst().orElse(null);
        factors.remove(half);
        for (int i = 0; i < 2 && half != null; i++) {
            var inner = Match.besideNumber(context.producer(factors.get(i)), Binary.ADD, 1);
            var gate = inner == null ? null : context.producer(inner);
            if (gate != null && gate.op().equals(gateOp)) {
                return new HalfGated(factors.get(1 - i), gate);
            }
        }
        return null;
    }

    /// `x / 2 · (1 + erf(x / √2))`.
    private static Optional<Patch> gelu(Binary op, Node node, RuleContext context) {
        var gated = halfGated(node, Unary.ERF, context);
        return gated != null
                        && Match.multiple(context.producer(gated.gate().input(0)), Math.sqrt(0.5))
                                == gated.x()
                ? become(new Gelu(Gelu.Approximation.NONE), node, gated.x(), context)
                : Optional.empty();
    }

    /// `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))`.
    private static Optional<Patch> geluTanh(Binary op, Node node, RuleContext context) {
        var gated = halfGated(node, Unary.TANH, context);
        if (gated == null) {
            return Optional.empty();
        }
        var x = gated.x();
        var inner = context.producer(gated.gate().input(0));
        if (inner != null && isFactoredPolynomial(inner, x, context)) {
            return become(new Gelu(Gelu.Approximation.TANH), node, x, context);
        }
        var polynomial = Match.multiple(inner, Math.sqrt(2 / Math.PI));
        var sum = polynomial == null ? null : context.producer(polynomial, Binary.class);
        var cubic = sum == null || sum.op() != Binary.ADD ? null : Match.beside(sum, x);
        return cubic != null
                        && isCube(Match.multiple(context.producer(cubic), 0.044715), x, context)
                ? become(new Gelu(Gelu.Approximation.TANH), node, x, context)
                : Optional.empty();
    }

    /// Whether a node is `√(2/π) · x · (1 + 0.044715 · x · x)`, the products in any order.
    private static boolean isFactoredPolynomial(Node node, Value x, RuleContext context) {
        var factors = factors(node, context);
        if (factors == null || factors.size() != 3 || !factors.remove(x)) {
            return false;
        }
        int root = Match.is(factors.get(0), Math.sqrt(2 / Math.PI)) ? 0 : 1;
        var rest = Match.besideNumber(context.producer(factors.get(1 - root)), Binary.ADD, 1);
        var square = rest == null ? null : context.producer(rest, Binary.class);
        var terms = square == null ? null : factors(square, context);
        return Match.is(factors.get(root), Math.sqrt(2 / Math.PI))
                && terms != null
                && terms.size() == 3
                && terms.remove(x)
                && terms.remove(x)
                && Match.is(terms.getFirst(), 0.044715);
    }

    private static boolean isCube(@Nullable Value value, Value x, RuleContext context) {
        var node = value == null ? null : context.producer(value, Binary.class);
        if (node == null) {
            return false;
        }
        if (node.op() == Binary.POW) {
            return node.input(0) == x && Match.is(node.input(1), 3);
        }
        var square = node.op() == Binary.MUL ? Match.beside(node, x) : null;
        var product = square == null ? null : context.producer(square, Binary.class);
        return product != null
                && (product.op() == Binary.MUL && product.input(0) == x && product.input(1) == x
                        || product.op() == Binary.POW
                                && product.input(0) == x
                                && Match.is(product.input(1), 2));
    }

    /// `x · tanh(softplus(x))`.
    private static Optional<Patch> mish(Binary op, Node node, RuleContext context) {
        for (var factor : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var tanh = context.producer(factor);
            var softplus =
                    tanh != null && tanh.op() == Unary.TANH
                            ? context.producer(tanh.input(0))
                            : null;
            if (softplus != null
                    && softplus.op() == Unary.SOFTPLUS
                    && softplus.input(0) == Match.beside(node, factor)) {
                return become(Unary.MISH, node, softplus.input(0), context);
            }
        }
        return Optional.empty();
    }

    /// `clip(x, 0, ∞)`.
    private static Optional<Patch> relu(Clip op, Node node, RuleContext context) {
        var most = Match.scalar(node.input(2));
        boolean open =
                !node.input(2).isPresent()
                        || most.isPresent() && most.getAsDouble() == Double.POSITIVE_INFINITY;
        return open && isZero(node.input(1))
                ? become(Unary.RELU, node, node.input(0), context)
                : Optional.empty();
    }

    /// `max(x, 0)`.
    private static Optional<Patch> maxToRelu(Variadic op, Node node, RuleContext context) {
        if (op != Variadic.MAX || node.inputs().size() != 2) {
            return Optional.empty();
        }
        int zero = isZero(node.input(0)) ? 0 : 1;
        return isZero(node.input(zero))
                ? become(Unary.RELU, node, node.input(1 - zero), context)
                : Optional.empty();
    }

    /// `relu(relu(x))`, and `relu` of what is never negative by its operator.
    private static Optional<Patch> reluOfRelu(Unary op, Node node, RuleContext context) {
        var producer = op == Unary.RELU ? context.producer(node.input(0)) : null;
        boolean never =
                producer != null
                        && (producer.op() == Unary.RELU
                                || producer.op() == Unary.SIGMOID
                                || producer.op() == Unary.EXP);
        return never
                ? Optional.of(context.patch().replace(node.output(), node.input(0)).build())
                : Optional.empty();
    }
}

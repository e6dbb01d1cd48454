package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that do arithmetic in a cheaper way.
final class Arithmetic {
    /// Rules whose results are the same to the bit.
    static final List<Rule<?>> EXACT =
            List.of(
                    rule("neutral-element", Binary.class, Arithmetic::neutral),
                    rule("square", Binary.class, Arithmetic::square),
                    rule(
                            "divide-by-power-of-two",
                            Binary.class,
                            (op, node, context) -> reciprocal(op, node, context, true)),
                    rule("double-negation", Unary.class, Arithmetic::negation));

    /// Rules that round differently.
    static final List<Rule<?>> ROUNDING =
            List.of(
                    rule("merge-constants", Binary.class, Arithmetic::merge),
                    rule("power-to-product", Binary.class, Arithmetic::product),
                    rule("power-to-root", Binary.class, Arithmetic::root));

    /// Rules that lose a bit of precision, or the sign of a zero.
    static final List<Rule<?>> FAST =
            List.of(
                    rule("add-zero", Binary.class, Arithmetic::addZero),
                    rule(
                            "divide-to-multiply",
                            Binary.class,
                            (op, node, context) -> reciprocal(op, node, context, false)));

    private Arithmetic() {}

    private static Optional<Patch> forward(Node node, Value by, RuleContext context) {
        return Match.sameType(by, node.output())
                ? Optional.of(context.patch().replace(node.output(), by).build())
                : Optional.empty();
    }

    private static @Nullable Tensor single(Value value) {
        var constant = value.constant();
        return constant != null
                        && constant.size() == 1
                        && (constant.dtype().isFloat() || constant.dtype().isInteger())
                ? constant
                : null;
    }

    /// `x · 1`, `x / 1`, `x¹`, `x - 0`, `x + -0` and, of integers, `x + 0`.
    private static Optional<Patch> neutral(Binary op, Node node, RuleContext context) {
        for (int i = 0; i < 2; i++) {
            var constant = single(node.input(i));
            boolean commutes = op == Binary.MUL || op == Binary.ADD;
            if (constant == null || i == 0 && !commutes) {
                continue;
            }
            boolean isFloat = constant.dtype().isFloat();
            double number = constant.getDouble(0);
            boolean negativeZero = number == 0 && Double.doubleToRawLongBits(number) != 0;
            boolean neutral =
                    switch (op) {
                        case MUL, DIV, POW -> number == 1;
                        case SUB -> number == 0 && !negativeZero;
                        case ADD -> number == 0 && (!isFloat || negativeZero);
                        default -> false;
                    };
            if (neutral) {
                return forward(node, node.input(1 - i), context);
            }
        }
        return Optional.empty();
    }

    /// `x + 0`, which makes `+0` of `-0`.
    private static Optional<Patch> addZero(Binary op, Node node, RuleContext context) {
        for (int i = 0; op == Binary.ADD && i < 2; i++) {
            var constant = single(node.input(i));
            if (constant != null && constant.getDouble(0) == 0) {
                return forward(node, node.input(1 - i), context);
            }
        }
        return Optional.empty();
    }

    /// `x²`.
    private static Optional<Patch> square(Binary op, Node node, RuleContext context) {
        var exponent = single(node.input(1));
        var x = node.input(0);
        return op == Binary.POW
                        && exponent != null
                        && exponent.getDouble(0) == 2
                        && Match.isFloat(x)
                        && Match.sameType(x, node.output())
                ? Optional.of(context.patch().replace(node, Binary.MUL, List.of(x, x)).build())
                : Optional.empty();
    }

    /// `x³` and `x⁴`.
    private static Optional<Patch> product(Binary op, Node node, RuleContext context) {
        var exponent = single(node.input(1));
        double power = exponent == null ? 0 : exponent.getDouble(0);
        var x = node.input(0);
        if (op != Binary.POW
                || power != 3 && power != 4
                || !Match.isFloat(x)
                || !Match.sameType(x, node.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        var square = patch.add(Binary.MUL, node.name() + "_square", x, x);
        return Optional.of(
                patch.replace(node, Binary.MUL, List.of(square, power == 3 ? x : square)).build());
    }

    /// `√x`, `1 / √x` and `1 / x`. The root of `-∞` and of `-0` is none, so that there must be none
    /// of them.
    private static Optional<Patch> root(Binary op, Node node, RuleContext context) {
        var exponent = single(node.input(1));
        double power = exponent == null ? 0 : exponent.getDouble(0);
        var x = node.input(0);
        if (op != Binary.POW
                || power != 0.5 && power != -0.5 && power != -1
                || power != -1 && !Match.isNonNegative(x, context)
                || !Match.isFloat(x)
                || !Match.sameType(x, node.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        if (power == -1) {
            return Optional.of(patch.replace(node, Unary.RECIPROCAL, List.of(x)).build());
        }
        if (power == 0.5) {
            return Optional.of(patch.replace(node, Unary.SQRT, List.of(x)).build());
        }
        var root = patch.add(Unary.SQRT, node.name() + "_root", x);
        return Optional.of(patch.replace(node, Unary.RECIPROCAL, List.of(root)).build());
    }

    /// `x / c`, as `x · (1 / c)`.
    ///
    /// @param exact only where both are the same to the bit
    private static Optional<Patch> reciprocal(
            Binary op, Node node, RuleContext context, boolean exact) {
        var divisor = node.input(1).constant();
        if (op != Binary.DIV
                || divisor == null
                || !Match.isWide(node.input(1))
                || node.input(0).constant() != null) {
            return Optional.empty();
        }
        var inverse = Tensor.zeros(divisor.dtype(), divisor.dims());
        for (long i = 0; i < divisor.size(); i++) {
            double number = divisor.getDouble(i);
            inverse.setDouble(i, 1 / number);
            boolean isPower = Math.abs(number) == Math.scalb(1.0, Math.getExponent(number));
            if (exact && !isPower || !isNormal(inverse, i)) {
                return Optional.empty();
            }
        }
        var patch = context.patch();
        var factor = patch.constant(node.input(1).name() + "_inverse", inverse);
        return Optional.of(patch.replace(node, Binary.MUL, List.of(node.input(0), factor)).build());
    }

    private static boolean isNormal(Tensor tensor, long index) {
        double least = tensor.dtype().bits() == 32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        double size = Math.abs(tensor.getDouble(index));
        return Double.isFinite(size) && size >= least;
    }

    private static Optional<Patch> negation(Unary op, Node node, RuleContext context) {
        var producer = op == Unary.NEG ? context.producer(node.input(0)) : null;
        return producer != null && producer.op() == Unary.NEG
                ? forward(node, producer.input(0), context)
                : Optional.empty();
    }

    /// `(x + a) + b` is `x + (a + b)`, and so with products.
    private static Optional<Patch> merge(Binary op, Node node, RuleContext context) {
        if (op != Binary.ADD && op != Binary.MUL) {
            return Optional.empty();
        }
        for (var input : node.inputs()) {
            var inner = context.producer(input);
            var outerConstant = Match.beside(node, input);
            if (inner == null
                    || inner.op() != op
                    || outerConstant == null
                    || outerConstant.constant() == null
                    || !context.isReadOnce(input)
                    || !Match.isWide(input)) {
                continue;
            }
            int place = inner.input(1).constant() != null ? 1 : 0;
            var innerConstant = inner.input(place);
            if (innerConstant.constant() == null || !isSmall(outerConstant, innerConstant)) {
                continue;
            }
            var patch = context.patch();
            var joined = patch.add(op, innerConstant.name(), innerConstant, outerConstant);
            if (node.output().type() instanceof Type.OfTensor(_, var shape)
                    && shape.equals(
                            Match.shape(inner.input(1 - place)).broadcast(Match.shape(joined)))) {
                return Optional.of(
                        patch.replace(node, op, List.of(inner.input(1 - place), joined)).build());
            }
        }
        return Optional.empty();
    }

    /// Whether the two constants together are no larger than the larger of them, so that nothing
    /// grows.
    private static boolean isSmall(Value a, Value b) {
        var joined = Match.shape(a).broadcast(Match.shape(b)).knownSize();
        long larger =
                Math.max(
                        Match.shape(a).knownSize().orElse(0), Match.shape(b).knownSize().orElse(0));
        return joined.isPresent() && joined.getAsLong() <= larger;
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import java.util.List;
import java.util.Optional;

/// Rules that collect like terms of a sum and take out what its terms have in common.
///
/// They apply where that saves an operator, and where infinite operands give the same: numbers that
/// are added up must have the same sign, as `∞ - 2 · ∞` is no number and `-1 · ∞` is one.
final class Terms {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("like-terms", Binary.class, Terms::likeTerms),
                    rule("common-factor", Binary.class, Terms::commonFactor),
                    rule("common-matrix", Binary.class, Terms::commonMatrix));

    private Terms() {}

    /// A value, how often it is added, and whether an operator goes away when that is said
    /// elsewhere.
    private record Term(Value of, double times, boolean frees) {}

    private static Term term(Value value, double sign, RuleContext context) {
        var node = context.producer(value);
        boolean once = context.isReadOnce(value);
        if (node != null && node.op() == Unary.NEG) {
            return new Term(node.input(0), -sign, once);
        }
        for (int i = 0; node != null && node.op() instanceof Binary && i < 2; i++) {
            var number = Match.scalar(node.input(i));
            if (number.isEmpty()
                    || !Double.isFinite(number.getAsDouble())
                    || number.getAsDouble() == 0) {
                continue;
            }
            if (node.op() == Binary.MUL) {
                return new Term(node.input(1 - i), sign * number.getAsDouble(), once);
            }
            if (node.op() == Binary.DIV && i == 1) {
                return new Term(node.input(0), sign / number.getAsDouble(), once);
            }
        }
        return new Term(value, sign, false);
    }

    private static double signOfSecond(Binary op) {
        return op == Binary.SUB ? -1 : 1;
    }

    /// `a · x + b · x` is `(a + b) · x`.
    private static Optional<Patch> likeTerms(Binary op, Node node, RuleContext context) {
        if (op != Binary.ADD && op != Binary.SUB || !Match.isWide(node.output())) {
            return Optional.empty();
        }
        var first = term(node.input(0), 1, context);
        var second = term(node.input(1), signOfSecond(op), context);
        double times = first.times() + second.times();
        if (first.of() != second.of()
                || !first.frees() && !second.frees()
                || first.times() * second.times() <= 0
                || !Double.isFinite(times)
                || !Match.sameType(first.of(), node.output())) {
            return Optional.empty();
        }
        var patch = context.patch();
        var factor =
                patch.constant(
                        node.name() + "_times",
                        Tensor.scalar(node.output().tensorType().dtype(), times));
        return Optional.of(patch.replace(node, Binary.MUL, List.of(first.of(), factor)).build());
    }

    /// `a · x + a · y` is `a · (x + y)`, and `x / a + y / a` is `(x + y) / a`.
    private static Optional<Patch> commonFactor(Binary op, Node node, RuleContext context) {
        if (op != Binary.ADD && op != Binary.SUB || !Match.isWide(node.output())) {
            return Optional.empty();
        }
        var first = context.producer(node.input(0), Binary.class);
        var second = context.producer(node.input(1), Binary.class);
        if (first == null
                || second == null
                || !first.op().equals(second.op())
                || first.op() != Binary.MUL && first.op() != Binary.DIV
                || !context.isReadOnce(node.input(0))
                || !context.isReadOnce(node.input(1))) {
            return Optional.empty();
        }
        for (var factor : first.op() == Binary.DIV ? List.of(first.input(1)) : first.inputs()) {
            var constant = factor.constant();
            var x = Match.beside(first, factor);
            var y = Match.beside(second, factor);
            if (constant != null
                    && Match.isFinite(constant)
                    && x != null
                    && y != null
                    && (first.op() == Binary.MUL || second.input(1) == factor)
                    && Match.sameType(x, y)
                    && Match.sameType(x, node.output())) {
                var patch = context.patch();
                var sum = patch.add(op, node.name() + "_sum", x, y);
                return Optional.of(patch.replace(node, first.op(), List.of(sum, factor)).build());
            }
        }
        return Optional.empty();
    }

    /// `x × w + y × w` is `(x + y) × w`.
    private static Optional<Patch> commonMatrix(Binary op, Node node, RuleContext context) {
        if (op != Binary.ADD && op != Binary.SUB || !Match.isWide(node.output())) {
            return Optional.empty();
        }
        var first = context.producer(node.input(0), MatMul.class);
        var second = context.producer(node.input(1), MatMul.class);
        if (first == null
                || second == null
                || first == second
                || first.input(1) != second.input(1)
                || first.input(1).constant() == null
                || !Match.isFinite(first.input(1).constant())
                || !context.isReadOnce(node.input(0))
                || !context.isReadOnce(node.input(1))
                || !Match.sameType(first.input(0), second.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var sum = patch.add(op, node.name() + "_sum", first.input(0), second.input(0));
        return Optional.of(patch.replace(node, new MatMul(), List.of(sum, first.input(1))).build());
    }
}

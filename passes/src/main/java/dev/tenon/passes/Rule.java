package dev.tenon.passes;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import java.util.Optional;
import java.util.function.Supplier;

/// A named rewriting of the nodes of one class of operators.
///
/// @param <O> the operator's record, enum or family
public final class Rule<O extends Op> {
    /// What to change at a node; empty when the rule does not apply.
    @FunctionalInterface
    public interface Rewrite<O> {
        Optional<Patch> rewrite(O op, Node node, RuleContext context);
    }

    private final String name;
    private final Class<O> type;
    private final Rewrite<O> rewrite;

    private Rule(String name, Class<O> type, Rewrite<O> rewrite) {
        this.name = name;
        this.type = type;
        this.rewrite = rewrite;
    }

    public static <O extends Op> Rule<O> rule(String name, Class<O> type, Rewrite<O> rewrite) {
        return new Rule<>(name, type, rewrite);
    }

    public String name() {
        return name;
    }

    /// The operators whose nodes it looks at.
    public Class<O> type() {
        return type;
    }

    /// @throws GraphException when the rule fails; it names rule and node
    Optional<Patch> apply(Node node, RuleContext context) {
        return naming(node, () -> rewrite.rewrite(type.cast(node.op()), node, context));
    }

    /// Does a step at a node for this rule.
    ///
    /// @throws GraphException when the step fails; it names rule and node
    <T> T naming(Node node, Supplier<T> step) {
        try {
            return step.get();
        } catch (TenonException e) {
            throw failed(node, "rule " + name + ": " + e.getMessage(), e);
        } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException e) {
            throw failed(node, "rule " + name + " failed (" + e.getMessage() + ")", e);
        }
    }

    private static GraphException failed(Node node, String what, RuntimeException cause) {
        return new GraphException(
                Problem.of(what).at(node.op().def().name(), node.name()).got(node), cause);
    }

    @Override
    public String toString() {
        return name;
    }
}

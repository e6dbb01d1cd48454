package dev.tenon.passes;

import dev.tenon.base.GraphException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import java.util.Optional;

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
        try {
            return rewrite.rewrite(type.cast(node.op()), node, context);
        } catch (TenonException e) {
            throw new GraphException(
                    Problem.of("rule " + name + ": " + e.problem().what())
                            .at(node.op().def().name(), node.name())
                            .got(node),
                    e);
        } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException e) {
            throw new GraphException(
                    Problem.of("rule " + name + " failed (" + e.getMessage() + ")")
                            .at(node.op().def().name(), node.name())
                            .got(node),
                    e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

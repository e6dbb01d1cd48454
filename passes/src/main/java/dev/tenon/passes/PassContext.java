package dev.tenon.passes;

import dev.tenon.graph.Node;
import java.util.Set;
import java.util.function.Consumer;

/// How a pipeline is run.
///
/// @param verify whether the graph is verified after every pass
/// @param disabled names of passes and rules that are left out
/// @param observer is told each change
public record PassContext(boolean verify, Set<String> disabled, Consumer<Change> observer) {
    /// A node that was rewritten.
    ///
    /// @param pass the pass
    /// @param rule the rule of that pass; the pass's name where it has no rules
    /// @param op the node's operator
    /// @param node the node's name
    public record Change(String pass, String rule, String op, String node) {}

    /// Everything on; verified when the system property `tenon.verify` is `true`.
    public static final PassContext DEFAULT = new PassContext(Boolean.getBoolean("tenon.verify"), Set.of(), c -> {});

    public PassContext {
        disabled = Set.copyOf(disabled);
    }

    public PassContext withVerify(boolean on) {
        return new PassContext(on, disabled, observer);
    }

    /// Without the passes and rules of these names.
    public PassContext without(String... names) {
        return new PassContext(verify, Set.of(names), observer);
    }

    public PassContext withObserver(Consumer<Change> newObserver) {
        return new PassContext(verify, disabled, newObserver);
    }

    boolean enabled(String name) {
        return !disabled.contains(name);
    }

    void changed(String pass, String rule, Node node) {
        observer.accept(new Change(pass, rule, node.op().def().name(), node.name()));
    }
}

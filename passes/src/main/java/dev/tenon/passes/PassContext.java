package dev.tenon.passes;

import dev.tenon.graph.Node;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// How a pipeline is run.
///
/// @param verify whether the graph is verified after every pass
/// @param disabled names of passes and rules that are left out
/// @param observer is told what is done
/// @param permit is asked before each change whether it is to be made
public record PassContext(
        boolean verify, Set<String> disabled, Observer observer, BooleanSupplier permit) {
    /// A node that was rewritten.
    ///
    /// @param pass the pass
    /// @param rule the rule of that pass; the pass's name where it has no rules
    /// @param op the node's operator
    /// @param node the node's name
    /// @param dropped the names of the nodes that are gone, constants apart
    /// @param added the names of those that are new; a node may take over the name of one that is
    ///   gone
    public record Change(
            String pass,
            String rule,
            String op,
            String node,
            Savings savings,
            List<String> dropped,
            List<String> added) {
        public Change {
            dropped = List.copyOf(dropped);
            added = List.copyOf(added);
        }
    }

    /// Is told what is done.
    @FunctionalInterface
    public interface Observer {
        void changed(Change change);

        /// A rule looks at a node, and mostly leaves it alone.
        default void looked(Rule<?> rule, Node node) {}
    }

    private static final Observer NOBODY = c -> {};

    /// Everything on; verified when the system property `tenon.verify` is `true`.
    public static final PassContext DEFAULT =
            new PassContext(Boolean.getBoolean("tenon.verify"), Set.of(), NOBODY, () -> true);

    public PassContext {
        disabled = Set.copyOf(disabled);
    }

    public PassContext withVerify(boolean on) {
        return new PassContext(on, disabled, observer, permit);
    }

    /// Without the passes and rules of these names.
    public PassContext without(String... names) {
        return without(Set.of(names));
    }

    /// Without the passes and rules of these names.
    public PassContext without(Set<String> names) {
        return new PassContext(verify, names, observer, permit);
    }

    public PassContext withObserver(Observer newObserver) {
        return new PassContext(verify, disabled, newObserver, permit);
    }

    public PassContext withPermit(BooleanSupplier newPermit) {
        return new PassContext(verify, disabled, observer, newPermit);
    }

    boolean enabled(String name) {
        return !disabled.contains(name);
    }

    /// Applies a patch and tells the observer.
    ///
    /// @return the nodes to look at again
    Set<Node> apply(Patch patch, Editor editor, String pass, String rule, Node node) {
        var touched = editor.apply(patch);
        if (!observer.equals(NOBODY)) {
            observer.changed(
                    new Change(
                            pass,
                            rule,
                            node.op().def().name(),
                            node.name(),
                            editor.lastSavings(),
                            editor.lastDropped(),
                            editor.lastAdded()));
        }
        return touched;
    }
}

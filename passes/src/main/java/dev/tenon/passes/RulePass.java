package dev.tenon.passes;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Applies rules until none applies any more.
///
/// Every node is looked at once, and again only when something around it changed; the first rule
/// that applies wins. Rules that undo each other are stopped by a budget.
public final class RulePass implements Pass {
    /// A graph of n nodes may be changed `n · CHANGES_PER_NODE + CHANGES` times.
    private static final int CHANGES_PER_NODE = 16;

    private static final int CHANGES = 1000;

    private final String name;
    private final Supplier<List<Rule<?>>> source;
    private volatile @Nullable List<Rule<?>> rules;

    public RulePass(String name, List<Rule<?>> rules) {
        this(name, () -> rules);
    }

    /// A pass that asks for its rules when it is first used.
    RulePass(String name, Supplier<List<Rule<?>>> source) {
        this.name = name;
        this.source = source;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Rule<?>> rules() {
        var known = rules;
        if (known == null) {
            known = List.copyOf(source.get());
            rules = known;
        }
        return known;
    }

    /// @throws dev.tenon.base.GraphException when a rule fails; it names rule and node
    /// @throws LimitException when the rules do not come to an end
    @Override
    public Graph run(Graph graph, PassContext context) {
        var editor = new Editor(graph);
        var rules = new RuleContext(editor);
        var work = new Work(context);
        editor.nodes().forEach(work::add);
        long budget = (long) graph.nodes().size() * CHANGES_PER_NODE + CHANGES;
        while (!work.isEmpty()) {
            var node = work.poll();
            if (!editor.contains(node)) {
                continue;
            }
            for (var rule : work.rules(node)) {
                context.observer().looked(rule, node);
                var patch = rule.apply(node, rules);
                if (patch.isPresent() && !context.permit().getAsBoolean()) {
                    break;
                }
                if (patch.isPresent()) {
                    if (--budget < 0) {
                        throw new LimitException(
                                Problem.of(
                                                "the rules of "
                                                        + name
                                                        + " do not come to an end; the last was "
                                                        + rule.name())
                                        .at(node.op().def().name(), node.name()));
                    }
                    work.add(
                            editor,
                            rule.naming(
                                    node,
                                    () ->
                                            context.apply(
                                                    patch.get(), editor, name, rule.name(), node)));
                    work.add(node);
                    break;
                }
            }
        }
        return editor.finish();
    }

    /// The nodes yet to be looked at, each once, and only those that a rule looks at.
    private final class Work {
        private final PassContext context;
        private final Map<Class<?>, List<Rule<?>>> applicable = new HashMap<>();
        private final ArrayDeque<Node> queue = new ArrayDeque<>();
        private final Set<Node> queued = new HashSet<>();

        Work(PassContext context) {
            this.context = context;
        }

        /// The rules that look at a node, in order.
        List<Rule<?>> rules(Node node) {
            var op = node.op().getClass();
            var known = applicable.get(op);
            if (known == null) {
                known = new ArrayList<>();
                for (var rule : RulePass.this.rules()) {
                    if (rule.type().isAssignableFrom(op) && context.enabled(rule.name())) {
                        known.add(rule);
                    }
                }
                applicable.put(op, known);
            }
            return known;
        }

        boolean isEmpty() {
            return queue.isEmpty();
        }

        Node poll() {
            var node = queue.remove();
            queued.remove(node);
            return node;
        }

        void add(Node node) {
            if (!rules(node).isEmpty() && queued.add(node)) {
                queue.add(node);
            }
        }

        /// Adds nodes that changed, and those that read them.
        void add(Editor editor, Set<Node> touched) {
            for (var node : touched) {
                add(node);
                node.outputs().forEach(o -> editor.readers(o).forEach(this::add));
            }
        }
    }
}

package dev.tenon.passes;

import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Subgraphs;
import dev.tenon.graph.Verifier;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Passes in an order, repeated until nothing changes, perhaps after another pipeline.
///
/// A pass is run on the subgraphs of a graph before it is run on the graph.
public final class Pipeline {
    private static final System.Logger LOGGER = System.getLogger("dev.tenon.passes");

    /// More rounds than any graph should need; one that does keeps what it has got.
    private static final int MAX_ROUNDS = 32;

    private final String name;
    private final @Nullable Pipeline first;
    private final List<Pass> passes;

    /// @param first what is run to its end before the passes
    private Pipeline(String name, @Nullable Pipeline first, List<Pass> passes) {
        this.name = name;
        this.first = first;
        this.passes = passes;
    }

    public static Pipeline of(String name, Pass... passes) {
        return new Pipeline(name, null, List.of(passes));
    }

    /// This pipeline with further passes at its end.
    public Pipeline with(String newName, Pass... more) {
        return new Pipeline(
                newName, first, Stream.concat(passes.stream(), Stream.of(more)).toList());
    }

    /// This pipeline until nothing changes, then other passes until nothing changes.
    public Pipeline then(String newName, Pass... more) {
        return new Pipeline(newName, this, List.of(more));
    }

    public String name() {
        return name;
    }

    /// All passes, in order.
    public List<Pass> passes() {
        return first == null
                ? passes
                : Stream.concat(first.passes().stream(), passes.stream()).toList();
    }

    /// The rules of all passes.
    ///
    /// @throws IllegalStateException when passes or rules have the same name
    public List<Rule<?>> rules() {
        var rules = passes().stream().<Rule<?>>flatMap(p -> p.rules().stream()).toList();
        var names = new HashSet<String>();
        passes().forEach(p -> unique(names, p.name()));
        rules.forEach(r -> unique(names, r.name()));
        return rules;
    }

    private void unique(HashSet<String> names, String passOrRule) {
        if (!names.add(passOrRule)) {
            throw new IllegalStateException(
                    "pipeline " + name + " has two passes or rules named " + passOrRule);
        }
    }

    /// The graph after all passes; the same graph when there was nothing to do.
    ///
    /// @throws GraphException when a rule fails, or a pass leaves a graph that is not well formed
    public Graph run(Graph graph) {
        return run(graph, PassContext.DEFAULT);
    }

    /// The same, run in another way.
    public Graph run(Graph graph, PassContext context) {
        if (context.verify()) {
            Verifier.verify(graph);
        }
        var result = first == null ? graph : first.run(graph, context);
        var leftAlone = new HashMap<Pass, Graph>();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            var before = result;
            for (var pass : passes) {
                if (context.enabled(pass.name()) && leftAlone.get(pass) != result) {
                    var given = result;
                    result = run(pass, given, context);
                    if (result == given) {
                        leftAlone.put(pass, given);
                    }
                }
            }
            if (result == before) {
                break;
            }
        }
        return result;
    }

    private static Graph run(Pass pass, Graph graph, PassContext context) {
        var result = run(pass, graph, context, 1);
        if (context.verify() && result != graph) {
            try {
                Verifier.verify(result);
            } catch (GraphException e) {
                throw new GraphException(
                        Problem.of(
                                "pass "
                                        + pass.name()
                                        + " left a graph that is not well formed: "
                                        + e.problem().message()),
                        e);
            }
        }
        return result;
    }

    private static Graph run(Pass pass, Graph graph, PassContext context, int depth) {
        if (depth > Verifier.MAX_DEPTH) {
            throw new LimitException(
                    Problem.of("subgraphs are nested too deeply")
                            .expected("at most " + Verifier.MAX_DEPTH));
        }
        return pass.run(insideSubgraphs(pass, graph, context, depth), context);
    }

    /// A subgraph after a pass; as it was where its types turn out to contradict each other. It may
    /// be a branch that is never taken with the inputs' types, and fails only if it is.
    private static Graph inside(Pass pass, Graph graph, PassContext context, int depth) {
        try {
            return run(pass, graph, context, depth);
        } catch (GraphException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> "Pass " + pass.name() + " leaves subgraph " + graph.name() + " alone",
                    e);
            return graph;
        }
    }

    private static Graph insideSubgraphs(Pass pass, Graph graph, PassContext context, int depth) {
        if (!graph.hasSubgraphs()) {
            return graph;
        }
        var editor = new Editor(graph);
        for (int slot = 0; slot < graph.nodes().size(); slot++) {
            var node = editor.at(slot);
            if (node != null && Subgraphs.in(node.op())) {
                var op = Subgraphs.map(node.op(), g -> inside(pass, g, context, depth + 1));
                if (!op.equals(node.op())) {
                    editor.apply(node, op);
                }
            }
        }
        return editor.finish();
    }
}

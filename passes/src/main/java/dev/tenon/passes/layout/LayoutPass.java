package dev.tenon.passes.layout;

import dev.tenon.base.Layout;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.fused.InLayout;
import dev.tenon.passes.Pass;
import dev.tenon.passes.PassContext;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Consumer;

/// Gives each convolution, pool and resize, and what stands between them, the layout that makes the
/// whole cheapest, and puts transpositions where layouts meet. Transpositions that are in the graph
/// are left out where both sides agree.
///
/// A graph in which layouts were chosen before is left alone.
///
/// Results of element-wise operators, and of those that only move elements, are the same to the
/// bit; others are as exact as the kernels for the other layout are.
public final class LayoutPass implements Pass {
    private static final int FIRST = 0;
    private static final int LAST = 1;

    private final LayoutCosts costs;
    private final Optional<Layout> forced;
    private final Consumer<LayoutReport> listener;

    /// @param forced the layout of all nodes that can be in it; empty for the cheapest choice
    /// @param listener is told what the choice for each graph comes to
    public LayoutPass(LayoutCosts costs, Optional<Layout> forced, Consumer<LayoutReport> listener) {
        this.costs = costs;
        this.forced = forced;
        this.listener = listener;
    }

    @Override
    public String name() {
        return "choose-layouts";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        if (graph.nodes().stream().anyMatch(n -> n.op() instanceof InLayout)) {
            return graph;
        }
        var images = Images.of(graph).opened(costs);
        if (images.members().isEmpty()) {
            return graph;
        }
        var problem = images.problem(costs);
        var result = LayoutSearch.solve(problem);
        int[] states =
                forced.map(l -> problem.all(l == Layout.CHANNELS_LAST ? LAST : FIRST))
                        .orElse(result.states());
        var chosen = new IdentityHashMap<Node, Role>();
        for (int i = 0; i < states.length; i++) {
            if (states[i] == LAST) {
                chosen.put(images.members().get(i).node(), images.members().get(i).role());
            }
        }
        listener.accept(
                new LayoutReport(
                        problem.size(),
                        chosen.size(),
                        problem.cost(problem.all(FIRST)),
                        problem.cost(problem.all(LAST)),
                        problem.cost(states),
                        result.exact()));
        return Rewriter.rewrite(graph, chosen);
    }
}

package dev.tenon.passes;

import dev.tenon.graph.Graph;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the change that makes a graph wrong.
public final class Suspect {
    private Suspect() {}

    /// The first change of a pipeline after which the graph is wrong and before which it is not,
    /// found by halving; empty where the graph is not wrong in the end, or is from the beginning.
    ///
    /// @param wrong whether a graph gives wrong results; asked about as often as the number of
    ///   changes can be halved
    public static Optional<PassContext.Change> find(
            Pipeline pipeline, Graph graph, PassContext context, Predicate<Graph> wrong) {
        var quiet = context.withObserver(change -> {});
        var all = attempt(pipeline, graph, quiet, Integer.MAX_VALUE, wrong);
        if (!all.wrong() || attempt(pipeline, graph, quiet, 0, wrong).wrong()) {
            return Optional.empty();
        }
        int good = 0;
        int bad = all.made();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (attempt(pipeline, graph, quiet, middle, wrong).wrong()) {
                bad = middle;
            } else {
                good = middle;
            }
        }
        var explanation = new Explanation();
        pipeline.run(
                graph, context.withObserver(explanation).withPermit(new Allowance(bad)::spend));
        return Optional.of(explanation.changes().getLast());
    }

    /// @param made how many changes were made
    private record Attempt(int made, boolean wrong) {}

    private static Attempt attempt(
            Pipeline pipeline,
            Graph graph,
            PassContext context,
            int changes,
            Predicate<Graph> wrong) {
        var allowance = new Allowance(changes);
        var result = pipeline.run(graph, context.withPermit(allowance::spend));
        return new Attempt(allowance.spent, wrong.test(result));
    }

    /// Permits so many changes.
    private static final class Allowance {
        private final int changes;
        private int spent;

        Allowance(int changes) {
            this.changes = changes;
        }

        boolean spend() {
            if (spent == changes) {
                return false;
            }
            spent++;
            return true;
        }
    }
}

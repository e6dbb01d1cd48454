package dev.tenon.cli;

import dev.tenon.base.Datum;
import dev.tenon.base.TenonException;
import dev.tenon.bench.Clock;
import dev.tenon.bench.Turns;
import dev.tenon.cli.conformance.Comparison;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.cli.engine.Engine;
import dev.tenon.graph.Graph;
import dev.tenon.runtime.LoadOptions;
import java.util.List;
import java.util.Optional;

/// Runs what became of a graph on the inputs of that graph: for its results, or its time.
///
/// Graphs are run as they are, on one thread, without the passes that come first when a model is
/// loaded.
final class OptimizeCheck {
    private static final long WARM_NANOS = 150_000_000;
    private static final long NANOS = 300_000_000;

    private static final Engine AS_IT_IS =
            Engine.model(LoadOptions.DEFAULT.withThreads(1).withoutPipeline());

    private final Graph graph;
    private final List<Datum> inputs;
    private final List<Datum> expected;
    private final Tolerance tolerance;

    OptimizeCheck(Graph graph, List<Datum> inputs, Tolerance tolerance) {
        this.graph = graph;
        this.inputs = inputs;
        this.expected = run(graph);
        this.tolerance = tolerance;
    }

    private List<Datum> run(Graph which) {
        try (var session = AS_IT_IS.open(which)) {
            return session.run(inputs);
        }
    }

    /// Runs two graphs by turns, in CPU time.
    RuleWorth.Times times(Graph before, Graph after) {
        try (var first = AS_IT_IS.open(before);
                var second = AS_IT_IS.open(after)) {
            var timings = Turns.play(List.of(player(first), player(second)), WARM_NANOS, NANOS);
            return new RuleWorth.Times(timings.getFirst(), timings.getLast());
        }
    }

    private Turns.Player player(Engine.Session session) {
        return nanos -> Turns.run(() -> session.run(inputs), Clock.CPU, nanos);
    }

    /// What is wrong with the results of another graph; empty when nothing is.
    Optional<String> difference(Graph other) {
        List<Datum> actual;
        try {
            actual = run(other);
        } catch (TenonException e) {
            return Optional.of("it fails: " + e.getMessage());
        }
        for (int i = 0; i < expected.size(); i++) {
            var problem = Comparison.problem(expected.get(i), actual.get(i), tolerance);
            if (problem != null) {
                return Optional.of("output " + graph.outputs().get(i).name() + ": " + problem);
            }
        }
        return Optional.empty();
    }
}

package dev.tenon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.base.DType;
import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.TenonException;
import dev.tenon.base.Tensor;
import dev.tenon.cli.conformance.ConformanceCase;
import dev.tenon.cli.conformance.ConformanceRunner;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.TextForm;
import dev.tenon.testkit.Generator;
import dev.tenon.testkit.GraphGenerator;
import dev.tenon.testkit.ModelGenerator;
import dev.tenon.testkit.Seed;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// What every pass alone and every pipeline leaves gives what the graph gives, as the reference
/// implementations compute both. `-Dtenon.exhaustive=true` draws as many graphs of all operators as
/// of networks.
class EquivalenceTest {
    private static final int NETWORKS = 2000;
    private static final int OPERATORS = Boolean.getBoolean("tenon.exhaustive") ? NETWORKS : 250;
    private static final List<Rewriting> REWRITINGS = Rewriting.all();

    /// Floats with NaN, infinities and zeros of both signs among them, now and then none at all.
    private static Tensor awkward(Generator random, Graph graph) {
        long batch = random.oneIn(12) ? 0 : random.between(1, 3);
        var type =
                Specialiser.bind(graph, Map.of("N", Dim.of(batch)))
                        .inputs()
                        .getFirst()
                        .tensorType();
        var tensor = random.tame(DType.FLOAT32, type.shape().toLongs());
        if (random.oneIn(3)) {
            for (long i = 0; i < tensor.size(); i++) {
                if (random.oneIn(10)) {
                    tensor.setDouble(
                            i,
                            random.pick(
                                    0.0,
                                    -0.0,
                                    Double.NaN,
                                    Double.POSITIVE_INFINITY,
                                    Double.NEGATIVE_INFINITY));
                }
            }
        }
        return tensor;
    }

    /// Graphs as exporters leave them.
    @Test
    void networks() {
        var changed = new LongAdder();
        Seed.checkInParallel(
                NETWORKS,
                random -> {
                    var graph = ModelGenerator.draw(random, random.between(2, 12));
                    check(graph, List.of(awkward(random, graph)), changed);
                });
        assertTrue(changed.sum() > 10 * NETWORKS, changed + " graphs rewritten");
    }

    /// Graphs of all operators, with data that is awkward for each.
    @Test
    void operators() {
        var changed = new LongAdder();
        Seed.checkInParallel(
                OPERATORS,
                random -> {
                    var sample = GraphGenerator.draw(random, random.between(10, 60));
                    check(sample.graph(), sample.inputs(), changed);
                });
        assertTrue(changed.sum() > OPERATORS, changed + " graphs rewritten");
    }

    private static void check(Graph graph, List<Datum> data, LongAdder changed) {
        var expected = new Interpreter(0).run(graph, data);
        for (var rewriting : REWRITINGS) {
            var rewritten = rewriting.apply(graph);
            if (rewritten == graph) {
                continue;
            }
            changed.increment();
            try {
                rewriting.accept(expected, new Interpreter(0).run(rewritten, data));
            } catch (AssertionError | TenonException e) {
                throw new AssertionError(
                        rewriting
                                + ": "
                                + e.getMessage()
                                + "\n"
                                + TextForm.print(graph)
                                + TextForm.print(rewritten),
                        e);
            }
        }
    }

    @Test
    void conformanceSuite() {
        var suite = SuiteFiles.root();
        assumeTrue(
                suite != null,
                "the ONNX backend suite is not there: shared/conformance/onnx-1.22.0");
        var cases =
                ConformanceCase.find(suite).stream()
                        .filter(c -> !c.name().startsWith("light_"))
                        .toList();
        var broken = new ConcurrentLinkedQueue<String>();
        var changed = new LongAdder();
        var runner =
                new ConformanceRunner(
                        graph -> inputs -> checked(graph, inputs, broken, changed),
                        Tolerance.ONNX,
                        Map.of(),
                        2);
        var report = runner.run(cases, (c, problem) -> {});
        assertEquals(List.of(), List.copyOf(broken));
        assertTrue(report.passed() > 1880, report.passed() + " cases");
        assertTrue(changed.sum() > 1000, changed + " graphs rewritten");
    }

    /// What a graph gives; differences of what its rewritings give are collected.
    private static List<Datum> checked(
            Graph graph, List<Datum> inputs, Queue<String> broken, LongAdder changed) {
        var expected = new Interpreter(0).run(graph, inputs);
        for (var rewriting : REWRITINGS) {
            try {
                var rewritten = rewriting.apply(graph);
                if (rewritten != graph) {
                    changed.increment();
                    rewriting.accept(expected, new Interpreter(0).run(rewritten, inputs));
                }
            } catch (TenonException | AssertionError e) {
                broken.add(graph.name() + ", " + rewriting + ": " + e.getMessage());
            }
        }
        return expected;
    }
}

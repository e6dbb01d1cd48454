package dev.tenon.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Datum;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Interpreter;
import dev.tenon.graph.Specialiser;
import dev.tenon.graph.TextForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each rule alone: the text before and after, which `rules/NAME.txt` holds, and that both give the
/// same.
class RulesTest {
    /// How far results of the other rules may be off, as a share of the expected number or of 1.
    private static final double ROUNDING = 2e-6;

    private static final double[] AWKWARD = {
        0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -3, 3, 1e-30
    };

    /// Rules for scores that are finite, as all are but those of networks gone wrong.
    private static final Set<String> OF_FINITE = Set.of("mask-of-scores", "bound-of-scores");

    /// What the pipelines do beyond declutter.
    static Stream<Pass> passes() {
        return Pipelines.all().stream()
                .flatMap(p -> p.passes().stream())
                .distinct()
                .filter(p -> !Pipelines.declutter().passes().contains(p));
    }

    static Stream<String> rules() {
        return passes().flatMap(p -> p.rules().stream()).map(Rule::name);
    }

    private static boolean isExact(String rule) {
        return passes().filter(Pipelines::isExact)
                .anyMatch(p -> p.rules().stream().anyMatch(r -> r.name().equals(rule)));
    }

    private static Graph alone(String rule, Graph graph) {
        var only =
                passes().flatMap(p -> p.rules().stream())
                        .filter(r -> r.name().equals(rule))
                        .toList();
        return Pipeline.of("alone", new RulePass("rules", List.copyOf(only)))
                .run(graph, PassContext.DEFAULT.withVerify(true));
    }

    private static String[] texts(String rule) {
        try (var in = RulesTest.class.getResourceAsStream("rules/" + rule + ".txt")) {
            assertNotNull(in, "no case of rule " + rule);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("---\n", -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void before(String rule) {
        var texts = texts(rule);
        var result = alone(rule, TextForm.parse(texts[0]));
        assertEquals(texts[1], result.toString());
        assertSame(result, alone(rule, result));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void givesTheSame(String rule) {
        var graph = TextForm.parse(texts(rule)[0]);
        var result = alone(rule, graph);
        var random = new Random(1);
        for (int n = 0; n < 6; n++) {
            boolean awkward = n > 1 && !OF_FINITE.contains(rule);
            var data = data(Specialiser.bind(graph, symbols(graph, n)), random, awkward);
            var expected = new Interpreter(0).run(graph, data);
            var actual = new Interpreter(0).run(result, data);
            for (int i = 0; i < expected.size(); i++) {
                same((Tensor) expected.get(i), (Tensor) actual.get(i), isExact(rule));
            }
        }
    }

    private static Map<String, Dim> symbols(Graph graph, int extent) {
        var names =
                graph.inputs().stream()
                        .flatMap(i -> i.tensorType().shape().dims().stream())
                        .flatMap(d -> d.symbols().stream())
                        .toList();
        var symbols = new java.util.HashMap<String, Dim>();
        names.forEach(name -> symbols.put(name, Dim.of(extent)));
        return symbols;
    }

    private static List<Datum> data(Graph bound, Random random, boolean awkward) {
        var data = new ArrayList<Datum>();
        for (var input : bound.inputs()) {
            var tensor =
                    Tensor.zeros(input.tensorType().dtype(), input.tensorType().shape().toLongs());
            for (long i = 0; i < tensor.size(); i++) {
                boolean strange = awkward && random.nextInt(8) == 0;
                tensor.setDouble(
                        i,
                        strange ? AWKWARD[random.nextInt(AWKWARD.length)] : random.nextGaussian());
            }
            data.add(tensor);
        }
        return data;
    }

    private static void same(Tensor expected, Tensor actual, boolean exact) {
        assertEquals(expected.type(), actual.type());
        for (long i = 0; i < expected.size(); i++) {
            double e = expected.getDouble(i);
            double a = actual.getDouble(i);
            boolean near =
                    exact
                            ? Double.compare(e, a) == 0
                            : e == a
                                    || Double.isNaN(e) && Double.isNaN(a)
                                    || Math.abs(e - a) <= ROUNDING * Math.max(1, Math.abs(e));
            assertTrue(near, "element " + i + ": expected " + e + ", got " + a);
        }
    }

    @Test
    void theChangeAtFaultIsFound() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[2]) -> (%y) {
                          %zero: f32[] = Constant {0.0}
                          %two: f32[] = Constant {2.0}
                          %a: f32[2] = Pow(%x, %two)
                          %b: f32[2] = Clip(%a, %zero)
                          %y: f32[2] = Neg(%b)
                        }
                        """);
        var change =
                Suspect.find(
                        Pipelines.standard(),
                        graph,
                        PassContext.DEFAULT,
                        g -> g.nodes().stream().noneMatch(n -> n.op().def().name().equals("Clip")));
        assertEquals("clip-to-relu", change.orElseThrow().rule());
        assertTrue(
                Suspect.find(Pipelines.standard(), graph, PassContext.DEFAULT, g -> false)
                        .isEmpty());
    }

    @Test
    void rulesLookAtEachNodeAFewTimesOnly() {
        int blocks = 2_000;
        var text = new StringBuilder("graph main(%x0: f32[4]) -> (%x" + blocks + ") {\n");
        text.append("  %three: f32[] = Constant {3.0}\n  %zero: f32[] = Constant {0.0}\n");
        text.append("  %six: f32[] = Constant {6.0}\n  %one: f32[] = Constant {1.0}\n");
        for (int i = 0; i < blocks; i++) {
            text.append("  %a" + i + ": f32[4] = Add(%x" + i + ", %three)\n");
            text.append("  %c" + i + ": f32[4] = Clip(%a" + i + ", %zero, %six)\n");
            text.append("  %m" + i + ": f32[4] = Mul(%x" + i + ", %c" + i + ")\n");
            text.append("  %d" + i + ": f32[4] = Div(%m" + i + ", %six)\n");
            text.append("  %e" + i + ": f32[4] = Neg(%d" + i + ")\n");
            text.append("  %f" + i + ": f32[4] = Identity(%e" + i + ")\n");
            text.append("  %g" + i + ": f32[4] = Exp(%f" + i + ")\n");
            text.append("  %h" + i + ": f32[4] = Mul(%g" + i + ", %one)\n");
            text.append("  %i" + i + ": f32[4] = Clip(%h" + i + ", %zero)\n");
            text.append("  %x" + (i + 1) + ": f32[4] = Sub(%i" + i + ", %a" + i + ")\n");
        }
        var graph = TextForm.parse(text.append("}\n").toString());
        long[] looks = new long[1];
        var counting =
                new PassContext.Observer() {
                    @Override
                    public void changed(PassContext.Change change) {}

                    @Override
                    public void looked(Rule<?> rule, dev.tenon.graph.Node node) {
                        looks[0]++;
                    }
                };
        long start = System.nanoTime();
        var result = Pipelines.aggressive().run(graph, PassContext.DEFAULT.withObserver(counting));
        System.out.printf(
                "%d nodes optimised in %d ms, %.1f looks a node%n",
                graph.nodes().size(),
                (System.nanoTime() - start) / 1_000_000,
                (double) looks[0] / graph.nodes().size());
        assertEquals(4 + blocks * 10, graph.nodes().size());
        assertTrue(result.nodes().size() <= 2 + blocks * 6, "nodes: " + result.nodes().size());
        assertTrue(looks[0] <= 60L * graph.nodes().size(), "looks: " + looks[0]);
    }
}

package dev.tenon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.Datum;
import dev.tenon.base.Tensor;
import dev.tenon.bench.Timings;
import dev.tenon.cli.conformance.Tolerance;
import dev.tenon.graph.TextForm;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipelines;
import dev.tenon.passes.Rule;
import dev.tenon.passes.RulePass;
import dev.tenon.passes.Suspect;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptimizeCheckTest {
    /// Wrong for the negative elements of one node.
    private static final Rule<Unary> BROKEN =
            Rule.rule(
                    "loses-signs",
                    Unary.class,
                    (op, node, context) ->
                            op == Unary.NEG && node.name().equals("second")
                                    ? Optional.of(
                                            context.patch()
                                                    .replace(node, Unary.ABS, node.inputs())
                                                    .build())
                                    : Optional.empty());

    @Test
    void aBrokenRuleAmongOthersIsNamed() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[4]) -> (%second, %big) {
                          %zero: f32[] = Constant {0.0}
                          %two: f32[] = Constant {2.0}
                          %square: f32[4] = Pow(%x, %two)
                          %same: f32[4] = Identity(%square)
                          %first: f32[4] = Neg(%same)
                          %e: f32[4] = Exp(%first)
                          %second: f32[4] = Neg(%e)
                          %big: f32[4] = Clip(%e, %zero)
                        }
                        """);
        var pipeline = Pipelines.standard().with("faulty", new RulePass("faulty", List.of(BROKEN)));
        var inputs = List.<Datum>of(Tensor.of(new float[] {0, 1, -0.5f, 3}, 4));
        var check = new OptimizeCheck(graph, inputs, new Tolerance(1e-3, 1e-4));
        assertEquals(Optional.empty(), check.difference(Pipelines.standard().run(graph)));

        var explanation = new Explanation();
        var optimised = pipeline.run(graph, PassContext.DEFAULT.withObserver(explanation));
        assertTrue(explanation.changes().size() > 3, explanation.changes()::toString);
        var difference = check.difference(optimised);
        assertTrue(difference.orElseThrow().startsWith("output second: 4 of 4"), difference::get);
        var fault =
                Suspect.find(
                        pipeline, graph, PassContext.DEFAULT, g -> check.difference(g).isPresent());
        var worth =
                new RuleWorth(
                        OptionalLong.of(-3000),
                        new RuleWorth.Times(
                                Timings.of(new long[] {5000}), Timings.of(new long[] {2000})));
        var worths = new HashMap<String, RuleWorth>();
        explanation.byRule().keySet().forEach(rule -> worths.put(rule, worth));
        var report =
                new OptimizeReport(
                        "model",
                        graph,
                        optimised,
                        explanation,
                        worths,
                        Optional.empty(),
                        true,
                        difference,
                        fault,
                        null);
        assertTrue(
                report.lines().contains("the rule at fault: loses-signs at Neg 'second'"),
                report.lines()::toString);
        assertTrue(
                report.explained()
                        .lines()
                        .anyMatch(l -> l.matches("loses-signs .*-3.0 kB +3.0 µs .*")),
                report::explained);
        var last = report.toJson("faulty").asObject().array("rules").getLast().asObject();
        assertEquals("-3000", last.get("peak_bytes").toString());
        assertEquals("3000", last.get("nanos").toString());
        assertEquals("loses-signs", report.toJson("faulty").asObject().text("rule_at_fault"));
    }

    /// A rule is worth what the model takes more without it.
    @Test
    void aRuleIsWorthWhatItsAbsenceCosts() {
        var graph =
                TextForm.parse(
                        """
                        graph main(%x: f32[8]) -> (%y) {
                          %a: f32[8] = Identity(%x)
                          %b: f32[8] = Neg(%a)
                          %y: f32[8] = Add(%b, %x)
                        }
                        """);
        var optimised = Pipelines.declutter().run(graph);
        var worth =
                RuleWorth.of(
                        List.of("identity", "slice-all"),
                        Pipelines.declutter(),
                        graph,
                        optimised,
                        Set.of(),
                        null);
        // Without the rule, %x, %a and %b are there at one time, but so are %x, %b and %y with it.
        assertEquals(0, worth.get("identity").peakBytes().orElseThrow());
        assertEquals(0, worth.get("slice-all").peakBytes().orElseThrow());
        assertEquals(null, worth.get("identity").times());

        var check =
                new OptimizeCheck(graph, List.of(Tensor.of(new float[8], 8)), new Tolerance(0, 0));
        var times =
                RuleWorth.of(
                                List.of("identity"),
                                Pipelines.declutter(),
                                graph,
                                optimised,
                                Set.of(),
                                check)
                        .get("identity")
                        .times();
        assertEquals(times.before().median() - times.after().median(), times.saved());
        assertTrue(times.noise() >= 0);
    }
}

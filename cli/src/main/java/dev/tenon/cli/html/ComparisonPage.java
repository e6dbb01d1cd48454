package dev.tenon.cli.html;

import dev.tenon.cli.console.Amounts;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/// A graph before and after it was optimised, side by side, as one HTML file that needs nothing
/// else: regions that came from one another have the colour of their rule.
public final class ComparisonPage {
    private ComparisonPage() {}

    /// @param title the model's name
    /// @param explanation how the first graph became the second
    public static String of(String title, Graph before, Graph after, Explanation explanation) {
        var costBefore = GraphCost.of(before);
        var costAfter = GraphCost.of(after);
        var data =
                Json.object()
                        .put("title", title)
                        .put("facts", Json.array(facts(before, costBefore, after, costAfter)))
                        .put("rules", Json.array(rules(explanation)))
                        .put("regions", Json.array(regions(explanation)))
                        .put("before", GraphData.of(before, costBefore))
                        .put("after", GraphData.of(after, costAfter))
                        .build();
        return Template.filled("comparison.html", data);
    }

    private static List<Json> facts(
            Graph before, GraphCost costBefore, Graph after, GraphCost costAfter) {
        var facts = new ArrayList<Json>();
        facts.add(fact("nodes", nodes(before), nodes(after), Amounts::count));
        facts.add(
                fact(
                        "weights",
                        costBefore.parameterBytes(),
                        costAfter.parameterBytes(),
                        Amounts::bytes));
        if (costBefore.unknown().isEmpty() && costAfter.unknown().isEmpty()) {
            facts.add(fact("operations", costBefore.flops(), costAfter.flops(), Amounts::flops));
            facts.add(
                    fact(
                            "peak memory",
                            costBefore.peakBytes(),
                            costAfter.peakBytes(),
                            Amounts::bytes));
        }
        return facts;
    }

    private static Json fact(
            String name, double before, double after, DoubleFunction<String> text) {
        return Json.object()
                .put("name", name)
                .put("before", text.apply(before))
                .put("after", text.apply(after))
                .build();
    }

    private static long nodes(Graph graph) {
        return graph.nodes().stream().filter(n -> !(n.op() instanceof Constant)).count();
    }

    private static List<Json> rules(Explanation explanation) {
        var rules = new ArrayList<Json>();
        explanation
                .byRule()
                .forEach(
                        (rule, applied) ->
                                rules.add(
                                        Json.object()
                                                .put("name", rule)
                                                .put("times", applied.times())
                                                .put("nodes", applied.savings().nodes())
                                                .put("saved", Json.strings(saved(applied)))
                                                .build()));
        return rules;
    }

    /// What a rule saves, as far as extents are known.
    private static List<String> saved(Explanation.Applied applied) {
        var savings = applied.savings();
        var lines = new ArrayList<String>();
        lines.add(savings.nodes() + " nodes fewer");
        if (savings.flops() != 0) {
            lines.add(Amounts.signed(savings.flops(), Amounts::flops) + " fewer");
        }
        if (savings.bytes() != 0) {
            lines.add(Amounts.signed(savings.bytes(), Amounts::bytes) + " fewer written");
        }
        return lines;
    }

    private static List<Json> regions(Explanation explanation) {
        return explanation.regions().stream()
                .<Json>map(
                        region ->
                                Json.object()
                                        .put("rules", Json.strings(region.rules()))
                                        .put("before", Json.strings(region.before()))
                                        .put("after", Json.strings(region.after()))
                                        .build())
                .toList();
    }
}

package dev.tenon.cli;

import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.cli.html.ComparisonPage;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.layout.LayoutReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an optimisation did to a model.
///
/// @param worth of each rule that was applied; empty where nobody asked
/// @param layouts what the choice of layouts comes to; empty where none was made
/// @param verified whether the results were compared
/// @param difference how they differ
/// @param fault the change after which they do
/// @param times of one run before and after; null where that was not measured
record OptimizeReport(
        String model,
        Graph before,
        Graph after,
        Explanation explanation,
        Map<String, RuleWorth> worth,
        Optional<LayoutReport> layouts,
        boolean verified,
        Optional<String> difference,
        Optional<PassContext.Change> fault,
        RuleWorth.@Nullable Times times) {
    private static long nodes(Graph graph) {
        return graph.nodes().stream().filter(n -> !(n.op() instanceof Constant)).count();
    }

    /// The most bytes of activations before and after; null where extents are not known.
    private long @Nullable [] peaks() {
        var costBefore = GraphCost.of(before);
        var costAfter = GraphCost.of(after);
        return costBefore.unknown().isEmpty() && costAfter.unknown().isEmpty()
                ? new long[] {costBefore.peakBytes(), costAfter.peakBytes()}
                : null;
    }

    /// What was done as a page that shows both graphs.
    String page(String title) {
        return ComparisonPage.of(title, before, after, explanation);
    }

    /// A line a rule, and what all of them together saved.
    String explained() {
        boolean peakKnown = worth.values().stream().anyMatch(w -> w.peakBytes().isPresent());
        boolean timed = worth.values().stream().anyMatch(w -> w.times() != null);
        var headings =
                new ArrayList<>(List.of("rule", ">times", ">nodes", ">operations", ">written"));
        if (peakKnown) {
            headings.add(">peak");
        }
        if (timed) {
            headings.add(">time");
        }
        headings.add("first at");
        var table = new Table(headings.toArray(String[]::new));
        explanation
                .byRule()
                .forEach(
                        (rule, applied) -> {
                            var savings = applied.savings();
                            var cells = new ArrayList<Object>();
                            cells.add(rule);
                            cells.add(applied.times());
                            cells.add(savings.nodes());
                            cells.add(Amounts.signed(savings.flops(), Amounts::flops));
                            cells.add(Amounts.signed(savings.bytes(), Amounts::bytes));
                            cells.addAll(worth(rule));
                            cells.add(applied.nodes().getFirst());
                            table.row(cells.toArray());
                        });
        var peaks = peaks();
        return table
                + "\n(nodes, operations and bytes written: how many fewer"
                + (peakKnown || timed
                        ? ";\npeak of activations and time: how much more without this rule alone)"
                        : ")")
                + (peaks == null
                        ? ""
                        : "\nactivations at one time: "
                                + Amounts.bytes(peaks[0])
                                + ", now "
                                + Amounts.bytes(peaks[1]));
    }

    /// The cells of what a rule is worth, as far as that is known.
    private List<String> worth(String rule) {
        var cells = new ArrayList<String>();
        var its = worth.get(rule);
        if (its != null) {
            its.peakBytes().ifPresent(p -> cells.add(Amounts.signed(p, Amounts::bytes)));
            var runs = its.times();
            if (runs != null) {
                boolean noise = Math.abs(runs.saved()) <= runs.noise();
                cells.add(noise ? "0" : Amounts.signed(runs.saved(), Amounts::nanos));
            }
        }
        return cells;
    }

    /// What came of it, in a few lines.
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(model + ": " + nodes(before) + " nodes, now " + nodes(after));
        layouts.ifPresent(
                l ->
                        lines.add(
                                l.channelsLast()
                                        + " of "
                                        + l.nodes()
                                        + " nodes on images have the channels last: "
                                        + Amounts.nanos(l.chosen())
                                        + " predicted for them, all first "
                                        + Amounts.nanos(l.first())
                                        + ", all last "
                                        + Amounts.nanos(l.last())));
        if (times != null) {
            lines.add(
                    "a run takes "
                            + Amounts.nanos(times.before().median())
                            + ", now "
                            + Amounts.nanos(times.after().median())
                            + " (median of "
                            + times.after().runs()
                            + " runs in turn)");
        }
        if (verified) {
            lines.add(difference.map(d -> "the results differ: " + d).orElse("the results agree"));
            fault.ifPresent(
                    f ->
                            lines.add(
                                    "the rule at fault: "
                                            + f.rule()
                                            + " at "
                                            + f.op()
                                            + " '"
                                            + f.node()
                                            + "'"));
        }
        return lines;
    }

    private Json json(String rule, Explanation.Applied applied) {
        var json =
                Json.object()
                        .put("rule", rule)
                        .put("times", applied.times())
                        .put("nodes", applied.savings().nodes())
                        .put("flops", applied.savings().flops())
                        .put("bytes", applied.savings().bytes());
        var its = worth.get(rule);
        if (its != null) {
            its.peakBytes().ifPresent(p -> json.put("peak_bytes", p));
            var runs = its.times();
            if (runs != null) {
                json.put("nanos", runs.saved()).put("nanos_noise", runs.noise());
            }
        }
        return json.put("at", Json.strings(applied.nodes())).build();
    }

    Json toJson(String level) {
        var rules = new ArrayList<Json>();
        explanation.byRule().forEach((rule, applied) -> rules.add(json(rule, applied)));
        var result =
                Json.object()
                        .put("level", level)
                        .put("nodes_before", nodes(before))
                        .put("nodes_after", nodes(after))
                        .put("rules", Json.array(rules));
        var peaks = peaks();
        if (peaks != null) {
            result.put("peak_bytes_before", peaks[0]).put("peak_bytes_after", peaks[1]);
        }
        layouts.ifPresent(
                l ->
                        result.put(
                                "layouts",
                                Json.object()
                                        .put("nodes", l.nodes())
                                        .put("channels_last", l.channelsLast())
                                        .put("nanos", l.chosen())
                                        .put("nanos_all_first", l.first())
                                        .put("nanos_all_last", l.last())
                                        .build()));
        if (times != null) {
            result.put("nanos_before", times.before().median())
                    .put("nanos_after", times.after().median());
        }
        if (verified) {
            result.put("same", difference.isEmpty());
            difference.ifPresent(d -> result.put("difference", d));
            fault.ifPresent(
                    f -> result.put("rule_at_fault", f.rule()).put("node_at_fault", f.node()));
        }
        return result.build();
    }
}

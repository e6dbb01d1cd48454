package dev.tenon.cli;

import dev.tenon.bench.Timings;
import dev.tenon.cli.console.Amounts;
import dev.tenon.cli.console.Table;
import dev.tenon.data.json.Json;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.graph.op.generate.Constant;
import dev.tenon.passes.Explanation;
import dev.tenon.passes.PassContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an optimisation did to a model.
///
/// @param verified whether the results were compared
/// @param difference how they differ
/// @param fault the change after which they do
/// @param times of one run before and after; null where that was not measured
record OptimizeReport(
        String model,
        Graph before,
        Graph after,
        Explanation explanation,
        boolean verified,
        Optional<String> difference,
        Optional<PassContext.Change> fault,
        @Nullable Times times) {
    /// Times of one run.
    record Times(Timings before, Timings after) {}

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

    /// A line a rule, and what all of them together saved.
    String explained() {
        var table = new Table("rule", ">times", ">nodes", ">operations", ">written", "first at");
        explanation
                .byRule()
                .forEach(
                        (rule, applied) -> {
                            var savings = applied.savings();
                            table.row(
                                    rule,
                                    applied.times(),
                                    savings.nodes(),
                                    Amounts.signed(savings.flops(), Amounts::flops),
                                    Amounts.signed(savings.bytes(), Amounts::bytes),
                                    applied.nodes().getFirst());
                        });
        var peaks = peaks();
        return table
                + "\n(nodes, operations and bytes written: how many fewer)"
                + (peaks == null
                        ? ""
                        : "\nactivations at one time: "
                                + Amounts.bytes(peaks[0])
                                + ", now "
                                + Amounts.bytes(peaks[1]));
    }

    /// What came of it, in a few lines.
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(model + ": " + nodes(before) + " nodes, now " + nodes(after));
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

    Json toJson(String level) {
        var rules = new ArrayList<Json>();
        explanation
                .byRule()
                .forEach(
                        (rule, applied) ->
                                rules.add(
                                        Json.object()
                                                .put("rule", rule)
                                                .put("times", applied.times())
                                                .put("nodes", applied.savings().nodes())
                                                .put("flops", applied.savings().flops())
                                                .put("bytes", applied.savings().bytes())
                                                .put("at", Json.strings(applied.nodes()))
                                                .build()));
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

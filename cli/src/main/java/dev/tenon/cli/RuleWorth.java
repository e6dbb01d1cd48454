package dev.tenon.cli;

import dev.tenon.bench.Timings;
import dev.tenon.graph.Graph;
import dev.tenon.graph.GraphCost;
import dev.tenon.passes.PassContext;
import dev.tenon.passes.Pipeline;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a rule is worth in one run: how much more the model takes when all is done to it that its
/// level does, but for this rule. Where another rule does the same instead, that is nothing; and
/// where one rule prepares what another finishes, both are worth all of it.
///
/// @param peakBytes of activations at one time, negative where the rule costs some; empty where
///   extents are not known
/// @param times without the rule and with it; null where that was not measured
record RuleWorth(OptionalLong peakBytes, @Nullable Times times) {
    /// Times of one run of two graphs, which were run by turns.
    record Times(Timings before, Timings after) {
        /// Nanoseconds that a run of the second takes less.
        double saved() {
            return before.median() - after.median();
        }

        /// Nanoseconds by which runs of one graph differ: half the distance of the quartiles, of
        /// the graph whose runs differ more.
        double noise() {
            return Math.max(before.spread() * before.median(), after.spread() * after.median()) / 2;
        }
    }

    /// The worth of each rule that was applied.
    ///
    /// @param optimised the graph after the pipeline
    /// @param disabled rules that the pipeline left out
    /// @param check times graphs; null where nothing is to be measured
    static Map<String, RuleWorth> of(
            Iterable<String> rules,
            Pipeline pipeline,
            Graph graph,
            Graph optimised,
            Set<String> disabled,
            @Nullable OptimizeCheck check) {
        var cost = GraphCost.of(optimised);
        boolean known = cost.unknown().isEmpty() && GraphCost.of(graph).unknown().isEmpty();
        var worth = new LinkedHashMap<String, RuleWorth>();
        for (var rule : rules) {
            if (!known && check == null) {
                worth.put(rule, new RuleWorth(OptionalLong.empty(), null));
                continue;
            }
            var others = new HashSet<>(disabled);
            others.add(rule);
            var without = pipeline.run(graph, PassContext.DEFAULT.without(others));
            worth.put(
                    rule,
                    new RuleWorth(
                            known
                                    ? OptionalLong.of(
                                            GraphCost.of(without).peakBytes() - cost.peakBytes())
                                    : OptionalLong.empty(),
                            check == null ? null : check.times(without, optimised)));
        }
        return worth;
    }
}

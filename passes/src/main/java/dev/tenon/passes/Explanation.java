package dev.tenon.passes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Collects what a pipeline did to a graph. To be given to [PassContext#withObserver].
public final class Explanation implements PassContext.Observer {
    /// What one rule did.
    ///
    /// @param times how often it was applied
    /// @param nodes the names of the nodes that it was applied to
    public record Applied(int times, Savings savings, List<String> nodes) {}

    private final List<PassContext.Change> changes = new ArrayList<>();

    @Override
    public void changed(PassContext.Change change) {
        changes.add(change);
    }

    /// Every application of a rule, in order.
    public List<PassContext.Change> changes() {
        return Collections.unmodifiableList(changes);
    }

    /// Which nodes came in the place of which.
    public List<Region> regions() {
        return Region.of(changes);
    }

    /// What each rule did, in the order in which they were first applied.
    public SequencedMap<String, Applied> byRule() {
        Map<String, List<PassContext.Change>> grouped = new LinkedHashMap<>();
        changes.forEach(c -> grouped.computeIfAbsent(c.rule(), r -> new ArrayList<>()).add(c));
        var applied = new LinkedHashMap<String, Applied>();
        grouped.forEach(
                (rule, list) ->
                        applied.put(
                                rule,
                                new Applied(
                                        list.size(),
                                        list.stream()
                                                .map(PassContext.Change::savings)
                                                .reduce(Savings.NONE, Savings::plus),
                                        list.stream().map(PassContext.Change::node).toList())));
        return applied;
    }
}

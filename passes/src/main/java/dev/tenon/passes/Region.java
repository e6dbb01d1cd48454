package dev.tenon.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// Nodes of a graph before it was optimised, and the nodes that came in their place.
///
/// @param rules what was applied to them, in order, each once
/// @param before names of nodes that are gone
/// @param after names of nodes that are new; empty where the nodes did nothing, or others do it
public record Region(List<String> rules, List<String> before, List<String> after) {
    public Region {
        rules = List.copyOf(rules);
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /// The regions that changes made, each as small as it can be: changes are of one region where
    /// one takes away what another brought.
    static List<Region> of(List<PassContext.Change> changes) {
        var regions = new Regions();
        changes.forEach(regions::add);
        return regions.all();
    }

    /// Joins changes into regions; a region is named by the first change in it.
    private static final class Regions {
        private final List<Integer> joinedTo = new ArrayList<>();
        private final List<PassContext.Change> changes = new ArrayList<>();

        /// For each node that a change brought and none took away, that change.
        private final Map<String, Integer> broughtBy = new LinkedHashMap<>();

        /// For each node of the first graph that a change took away, that change.
        private final Map<String, Integer> takenBy = new LinkedHashMap<>();

        void add(PassContext.Change change) {
            int index = changes.size();
            changes.add(change);
            joinedTo.add(index);
            for (var name : change.dropped()) {
                var bringer = broughtBy.remove(name);
                if (bringer == null) {
                    takenBy.putIfAbsent(name, index);
                } else {
                    int one = root(bringer);
                    int other = root(index);
                    joinedTo.set(Math.max(one, other), Math.min(one, other));
                }
            }
            change.added().forEach(name -> broughtBy.put(name, index));
        }

        private int root(int change) {
            int root = change;
            while (joinedTo.get(root) != root) {
                joinedTo.set(root, joinedTo.get(joinedTo.get(root)));
                root = joinedTo.get(root);
            }
            return root;
        }

        List<Region> all() {
            var rules = new LinkedHashMap<Integer, SequencedSet<String>>();
            for (int i = 0; i < changes.size(); i++) {
                rules.computeIfAbsent(root(i), r -> new LinkedHashSet<>())
                        .add(changes.get(i).rule());
            }
            var before = grouped(takenBy);
            var after = grouped(broughtBy);
            var regions = new ArrayList<Region>();
            rules.forEach(
                    (root, names) -> {
                        var gone = before.getOrDefault(root, List.of());
                        var made = after.getOrDefault(root, List.of());
                        if (!gone.isEmpty() || !made.isEmpty()) {
                            regions.add(new Region(List.copyOf(names), gone, made));
                        }
                    });
            return regions;
        }

        private Map<Integer, List<String>> grouped(Map<String, Integer> byName) {
            var grouped = new HashMap<Integer, List<String>>();
            byName.forEach(
                    (name, change) ->
                            grouped.computeIfAbsent(root(change), r -> new ArrayList<>())
                                    .add(name));
            return grouped;
        }
    }
}

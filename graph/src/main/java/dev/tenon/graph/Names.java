package dev.tenon.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The names that are taken, and ones like them that are free.
public final class Names {
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> suffixes = new HashMap<>();

    /// Takes a name; false when it was taken before.
    public boolean claim(String name) {
        return taken.add(name);
    }

    /// The name itself when it is free, else with a number after it. It is not taken by this.
    public String like(String name) {
        if (!taken.contains(name)) {
            return name;
        }
        int suffix = suffixes.getOrDefault(name, 1);
        while (taken.contains(name + "_" + suffix)) {
            suffix++;
        }
        suffixes.put(name, suffix);
        return name + "_" + suffix;
    }

    /// Takes a free name like the given one.
    public String fresh(String like) {
        var free = like(like);
        claim(free);
        return free;
    }
}

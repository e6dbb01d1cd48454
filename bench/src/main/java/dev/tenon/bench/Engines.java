package dev.tenon.bench;

import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// The engines that this process can measure.
public final class Engines {
    private Engines() {}

    /// @throws UnsupportedException when there is none of this name
    public static Engine find(String name) {
        var engines = new TreeMap<String, Engine>();
        engines.put(TenonEngine.NAME, new TenonEngine());
        ServiceLoader.load(Engine.class).forEach(e -> engines.put(e.name(), e));
        var engine = engines.get(name);
        if (engine == null) {
            throw new UnsupportedException(
                    Problem.of("there is no such engine here to compare with")
                            .expected("one of " + engines.keySet())
                            .got(name)
                            .advice(
                                    "Other engines are in Tenon's module 'peers', which is not part"
                                            + " of a release: run ./tenon in a source tree"));
        }
        return engine;
    }
}

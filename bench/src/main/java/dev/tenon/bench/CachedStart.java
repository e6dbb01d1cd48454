package dev.tenon.bench;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What an engine takes in a process that starts with an AOT cache (JEP 514), which an earlier one
/// made of doing the same.
final class CachedStart {
    private CachedStart() {}

    /// @param folder takes the cache, which is as large as some tens of megabytes
    /// @throws ResourceException when no cache is made
    static Start of(Engine engine, Path model, int threads, Path inputs, Path folder) {
        requireJars(engine);
        var cache = folder.resolve(engine.name() + ".aot");
        var outputs = folder.resolve(engine.name() + "-aot.npz");
        try (var process =
                new WorkerProcess(
                        engine,
                        model,
                        threads,
                        inputs,
                        outputs,
                        quietly("AOTCacheOutput", cache))) {
            process.end();
            process.awaitExit();
        }
        if (!Files.exists(cache)) {
            throw noCache(engine);
        }
        try (var process =
                new WorkerProcess(
                        engine, model, threads, inputs, outputs, quietly("AOTCache", cache))) {
            return process.end();
        }
    }

    /// The JVM ends where classes lie in folders.
    private static void requireJars(Engine engine) {
        var places = System.getProperty("java.class.path", "");
        for (var place : places.split(File.pathSeparator)) {
            if (!place.isEmpty() && Files.isDirectory(Path.of(place))) {
                throw noCache(engine);
            }
        }
    }

    private static ResourceException noCache(Engine engine) {
        return new ResourceException(
                Problem.of("the JVM makes no AOT cache")
                        .node(engine.name())
                        .advice("Start from jars: classes in folders are not cached"));
    }

    private static List<String> quietly(String option, Path cache) {
        return List.of("-XX:" + option + "=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }
}

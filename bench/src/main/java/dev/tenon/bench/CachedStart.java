package dev.tenon.bench;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
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
            throw new ResourceException(
                    Problem.of("the JVM made no AOT cache")
                            .node(engine.name())
                            .advice("Start from jars: classes in folders are not cached"));
        }
        try (var process =
                new WorkerProcess(
                        engine, model, threads, inputs, outputs, quietly("AOTCache", cache))) {
            return process.end();
        }
    }

    private static List<String> quietly(String option, Path cache) {
        return List.of("-XX:" + option + "=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }
}

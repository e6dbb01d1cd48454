package dev.tenon.runtime;

import java.util.Optional;
import java.util.concurrent.Executor;

/// How a model is loaded and run.
///
/// @param threads how many threads work on a run, the calling one included; 0 for one a processor
/// @param executor runs the helpers instead of Tenon's own threads
/// @param memoryLimit bytes that one run may hold for its intermediate and final results at a time
/// @param seed where random operators without a seed of their own start at each run
/// @param declutter whether the graph is optimised first (at the level `standard`)
public record LoadOptions(
        int threads, Optional<Executor> executor, long memoryLimit, long seed, boolean declutter) {
    /// All processors, as much memory as the heap may take.
    public static final LoadOptions DEFAULT =
            new LoadOptions(0, Optional.empty(), Runtime.getRuntime().maxMemory(), 0, true);

    public LoadOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must not be negative: " + threads);
        }
        if (memoryLimit <= 0) {
            throw new IllegalArgumentException("memoryLimit must be positive: " + memoryLimit);
        }
    }

    public LoadOptions withThreads(int newThreads) {
        return new LoadOptions(newThreads, executor, memoryLimit, seed, declutter);
    }

    public LoadOptions withExecutor(Executor newExecutor) {
        return new LoadOptions(threads, Optional.of(newExecutor), memoryLimit, seed, declutter);
    }

    public LoadOptions withMemoryLimit(long bytes) {
        return new LoadOptions(threads, executor, bytes, seed, declutter);
    }

    public LoadOptions withSeed(long newSeed) {
        return new LoadOptions(threads, executor, memoryLimit, newSeed, declutter);
    }

    public LoadOptions withDeclutter(boolean newDeclutter) {
        return new LoadOptions(threads, executor, memoryLimit, seed, newDeclutter);
    }
}

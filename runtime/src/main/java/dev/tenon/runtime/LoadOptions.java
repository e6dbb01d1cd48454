package dev.tenon.runtime;

import dev.tenon.passes.Pipeline;
import dev.tenon.passes.Pipelines;
import java.util.Optional;
import java.util.concurrent.Executor;

/// How a model is loaded and run.
///
/// @param threads how many threads work on a run, the calling one included; 0 for one a processor
/// @param executor runs the helpers instead of Tenon's own threads
/// @param memoryLimit bytes that one run may hold for its intermediate and final results at a time
/// @param seed where random operators without a seed of their own start at each run
/// @param pipeline the passes that rewrite the graph first; empty for none
/// @param layouts how the layouts of images are chosen after these passes; without passes, images
///   stay as they are
public record LoadOptions(
        int threads,
        Optional<Executor> executor,
        long memoryLimit,
        long seed,
        Optional<Pipeline> pipeline,
        LayoutChoice layouts) {
    /// All processors, as much memory as the heap may take, the standard passes.
    public static final LoadOptions DEFAULT =
            new LoadOptions(
                    0,
                    Optional.empty(),
                    Runtime.getRuntime().maxMemory(),
                    0,
                    Optional.of(Pipelines.codegen()),
                    LayoutChoice.MODELLED);

    public LoadOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads must not be negative: " + threads);
        }
        if (memoryLimit <= 0) {
            throw new IllegalArgumentException("memoryLimit must be positive: " + memoryLimit);
        }
    }

    public LoadOptions withThreads(int newThreads) {
        return new LoadOptions(newThreads, executor, memoryLimit, seed, pipeline, layouts);
    }

    public LoadOptions withExecutor(Executor newExecutor) {
        return new LoadOptions(
                threads, Optional.of(newExecutor), memoryLimit, seed, pipeline, layouts);
    }

    public LoadOptions withMemoryLimit(long bytes) {
        return new LoadOptions(threads, executor, bytes, seed, pipeline, layouts);
    }

    public LoadOptions withSeed(long newSeed) {
        return new LoadOptions(threads, executor, memoryLimit, newSeed, pipeline, layouts);
    }

    public LoadOptions withPipeline(Pipeline newPipeline) {
        return new LoadOptions(
                threads, executor, memoryLimit, seed, Optional.of(newPipeline), layouts);
    }

    /// The graph is run as it is.
    public LoadOptions withoutPipeline() {
        return new LoadOptions(threads, executor, memoryLimit, seed, Optional.empty(), layouts);
    }

    public LoadOptions withLayouts(LayoutChoice newLayouts) {
        return new LoadOptions(threads, executor, memoryLimit, seed, pipeline, newLayouts);
    }
}

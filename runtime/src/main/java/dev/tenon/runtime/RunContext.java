package dev.tenon.runtime;

import dev.tenon.base.LimitException;
import dev.tenon.graph.RandomSource;
import dev.tenon.kernels.Workers;
import org.jspecify.annotations.Nullable;

/// What a run and the subgraphs in it share.
final class RunContext {
    private final Workspaces workspaces;
    private final Workers workers;
    private final RandomSource random;
    private final @Nullable StepListener listener;
    private @Nullable Workspace workspace;

    /// @param listener is told of each step; null where nobody wants to know, which costs nothing
    RunContext(Workspaces workspaces, Workers workers, long seed, @Nullable StepListener listener) {
        this.workspaces = workspaces;
        this.workers = workers;
        this.random = new RandomSource(seed);
        this.listener = listener;
    }

    Workers workers() {
        return workers;
    }

    @Nullable StepListener listener() {
        return listener;
    }

    RandomSource random() {
        return random;
    }

    /// Memory for plans that are not laid out beforehand.
    Workspace workspace() {
        var taken = workspace;
        if (taken == null) {
            taken = workspaces.take();
            workspace = taken;
        }
        return taken;
    }

    /// @throws LimitException when a run needs more memory than it may have
    void check(long bytes) {
        workspaces.check(bytes);
    }

    /// Keeps the memory for runs to come.
    void succeeded() {
        if (workspace != null) {
            workspaces.giveBack(workspace);
            workspace = null;
        }
    }
}

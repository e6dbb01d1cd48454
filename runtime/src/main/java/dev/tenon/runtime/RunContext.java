package dev.tenon.runtime;

import dev.tenon.base.Datum;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.graph.RandomSource;
import dev.tenon.kernels.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a run and the subgraphs in it share; serves one run after another.
final class RunContext implements AutoCloseable {
    private final long limit;
    private final Workers workers;
    private final long seed;
    private @Nullable RandomSource random;
    private @Nullable StepListener listener;
    private @Nullable Workspace workspace;
    private Datum[] arguments = {};

    /// @param limit bytes that one run may hold
    RunContext(long limit, Workers workers, long seed) {
        this.limit = limit;
        this.workers = workers;
        this.seed = seed;
    }

    /// Begins a run.
    ///
    /// @param newListener is told of each step; null where nobody wants to know, which costs
    ///   nothing
    void begin(@Nullable StepListener newListener) {
        listener = newListener;
        random = null;
    }

    /// Ends a run.
    void end() {
        listener = null;
        random = null;
        Arrays.fill(arguments, null);
    }

    /// Room for the arguments of the run.
    Datum[] arguments(int count) {
        if (arguments.length != count) {
            arguments = new Datum[count];
        }
        return arguments;
    }

    Workers workers() {
        return workers;
    }

    @Nullable StepListener listener() {
        return listener;
    }

    RandomSource random() {
        var made = random;
        if (made == null) {
            made = new RandomSource(seed);
            random = made;
        }
        return made;
    }

    /// Memory for plans that are not laid out beforehand.
    Workspace workspace() {
        var made = workspace;
        if (made == null) {
            made = new Workspace(limit);
            workspace = made;
        }
        return made;
    }

    /// @throws LimitException when a run needs more memory than it may have
    void check(long bytes) {
        if (bytes > limit) {
            throw new LimitException(
                    Problem.of("the run needs more memory than it may have")
                            .expected("at most " + limit + " bytes")
                            .got(bytes + " bytes")
                            .advice(Workspace.ADVICE));
        }
    }

    /// Gives up the memory.
    @Override
    public void close() {
        if (workspace != null) {
            workspace.close();
            workspace = null;
        }
    }
}

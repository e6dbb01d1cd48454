package dev.tenon.runtime;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;

/// The workspaces of a model that no run uses at the moment.
final class Workspaces {
    private final long limit;
    private final Spares<Workspace> spares = new Spares<>();

    /// @param limit bytes that one run may hold
    Workspaces(long limit) {
        this.limit = limit;
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

    Workspace take() {
        var spare = spares.poll();
        return spare == null ? new Workspace(limit) : spare;
    }

    void giveBack(Workspace workspace) {
        spares.giveBack(workspace);
    }

    /// Gives up all that is kept.
    void close() {
        spares.close();
    }
}

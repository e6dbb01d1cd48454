package dev.tenon.runtime;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/// The workspaces of a model that no run uses at the moment.
final class Workspaces {
    /// As many are kept as can be in use at once.
    static final int KEPT = Runtime.getRuntime().availableProcessors();

    private final long limit;
    private final ConcurrentLinkedDeque<Workspace> free = new ConcurrentLinkedDeque<>();
    private final AtomicInteger kept = new AtomicInteger();
    private volatile boolean closed;

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
        var workspace = free.pollFirst();
        if (workspace == null) {
            return new Workspace(limit);
        }
        kept.decrementAndGet();
        return workspace;
    }

    void giveBack(Workspace workspace) {
        if (kept.incrementAndGet() > KEPT) {
            kept.decrementAndGet();
            return;
        }
        free.addFirst(workspace);
        if (closed) {
            free.clear();
        }
    }

    /// Gives up all that is kept.
    void close() {
        closed = true;
        free.clear();
    }
}

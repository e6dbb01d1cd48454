package dev.tenon.runtime;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What runs work in, kept from run to run: as many as can be in use at once, the latest first.
final class Spares<T> {
    private static final int KEPT = Runtime.getRuntime().availableProcessors();

    private final ConcurrentLinkedDeque<T> free = new ConcurrentLinkedDeque<>();
    private final AtomicInteger kept = new AtomicInteger();
    private volatile boolean closed;

    /// One that no run uses; null when there is none.
    @Nullable T poll() {
        var spare = free.pollFirst();
        if (spare != null) {
            kept.decrementAndGet();
        }
        return spare;
    }

    /// Keeps one that a run has used, unless there are enough.
    void giveBack(T spare) {
        if (kept.incrementAndGet() > KEPT) {
            kept.decrementAndGet();
            return;
        }
        free.addFirst(spare);
        if (closed) {
            free.clear();
        }
    }

    /// Gives up all that is kept, and what is given back from now on.
    void close() {
        closed = true;
        free.clear();
    }
}

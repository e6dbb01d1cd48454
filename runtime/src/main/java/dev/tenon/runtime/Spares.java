package dev.tenon.runtime;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What runs work in, kept from run to run: as many as can be in use at once.
final class Spares<T> {
    private static final int KEPT = Runtime.getRuntime().availableProcessors();

    private final AtomicReferenceArray<@Nullable T> places = new AtomicReferenceArray<>(KEPT);
    private final Consumer<T> end;
    private volatile boolean closed;

    /// @param end gives up the memory of one that is not kept
    Spares(Consumer<T> end) {
        this.end = end;
    }

    /// One that no run uses; null when there is none.
    @Nullable T poll() {
        for (int i = 0; i < KEPT; i++) {
            if (places.get(i) != null) {
                var spare = places.getAndSet(i, null);
                if (spare != null) {
                    return spare;
                }
            }
        }
        return null;
    }

    /// Keeps one that a run has used, unless there are enough.
    void giveBack(T spare) {
        for (int i = 0; i < KEPT && !closed; i++) {
            if (places.compareAndSet(i, null, spare)) {
                if (closed) {
                    close();
                }
                return;
            }
        }
        end.accept(spare);
    }

    /// Gives up all that is kept, and what is given back from now on.
    void close() {
        closed = true;
        for (var spare = poll(); spare != null; spare = poll()) {
            end.accept(spare);
        }
    }
}

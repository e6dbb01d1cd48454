package dev.tenon.runtime;

import java.util.concurrent.atomic.AtomicLong;

/// Counts those who use something that is freed when it is closed and nobody uses it any more.
final class Usage {
    /// Added to the count when the thing is closed.
    private static final long CLOSED = 1L << 62;

    private final AtomicLong count = new AtomicLong();
    private final Runnable free;

    /// @param free is run once
    Usage(Runnable free) {
        this.free = free;
    }

    /// Begins to use the thing; whether that is possible, as it is until it is closed.
    boolean begin() {
        long seen = count.get();
        while (seen < CLOSED) {
            if (count.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = count.get();
        }
        return false;
    }

    /// Ends what [#begin] began.
    void end() {
        if (count.decrementAndGet() == CLOSED) {
            free.run();
        }
    }

    /// Lets nobody begin any more.
    void close() {
        long seen = count.get();
        while (seen < CLOSED) {
            if (count.compareAndSet(seen, seen + CLOSED)) {
                if (seen == 0) {
                    free.run();
                }
                return;
            }
            seen = count.get();
        }
    }
}

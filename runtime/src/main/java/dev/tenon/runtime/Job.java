package dev.tenon.runtime;

import dev.tenon.kernels.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One parallel piece of work: threads claim its chunks one by one, and it is done when all chunks
/// are.
///
/// Nobody waits for a thread that has not claimed anything, so that a late helper costs nothing.
final class Job {
    private static final int SPINS = 1 << 14;

    private final int chunks;
    private final Workers.Chunk body;
    private final Thread owner = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger places;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// @param helpers how many threads may join the one that waits
    Job(int chunks, Workers.Chunk body, int helpers) {
        this.chunks = chunks;
        this.body = body;
        this.places = new AtomicInteger(helpers);
    }

    /// Takes part, unless enough others do.
    void help() {
        if (next.get() < chunks && places.getAndDecrement() > 0) {
            work();
        }
    }

    private void work() {
        int finished = 0;
        for (int chunk = next.getAndIncrement(); chunk < chunks; chunk = next.getAndIncrement()) {
            try {
                if (failure.get() == null) {
                    body.run(chunk);
                }
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            }
            finished++;
        }
        if (finished > 0 && done.addAndGet(finished) == chunks) {
            LockSupport.unpark(owner);
        }
    }

    /// Works until no chunk is left and waits for those that others claimed.
    void finish() {
        work();
        for (int spins = 0; done.get() < chunks; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        switch (failure.get()) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable t -> throw new IllegalStateException(t);
        }
    }
}

package dev.tenon.runtime;

import dev.tenon.kernels.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Parallel pieces of work of one thread, one after the other: threads claim the chunks of the
/// piece that is open one by one, and it is done when all its chunks are.
///
/// Nobody waits for a thread that has not claimed anything, so that a late helper costs nothing.
///
/// A ticket holds the number of the piece, how many helpers may still join, and the next chunk. A
/// claim changes the ticket that it has read, so that none succeeds for a piece that is over.
final class Job implements Runnable {
    private static final int SPINS = 1 << 14;

    // The parts of a ticket.
    private static final int HELPER_SHIFT = 31;
    private static final int PIECE_SHIFT = 41;
    private static final long MAX_CHUNK = (1L << HELPER_SHIFT) - 1;
    private static final int MAX_HELPERS = (1 << PIECE_SHIFT - HELPER_SHIFT) - 1;

    private static int chunk(long ticket) {
        return (int) (ticket & MAX_CHUNK);
    }

    private static int helpers(long ticket) {
        return (int) (ticket >>> HELPER_SHIFT) & MAX_HELPERS;
    }

    private static long piece(long ticket) {
        return ticket >>> PIECE_SHIFT;
    }

    private static long ticket(long piece, int helpers, long chunk) {
        return piece << PIECE_SHIFT | (long) helpers << HELPER_SHIFT | chunk;
    }

    private final Thread owner = Thread.currentThread();
    private final AtomicLong tickets = new AtomicLong(ticket(0, 0, MAX_CHUNK));
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile int chunks;
    private volatile Workers.@Nullable Chunk body;

    /// Whether a piece of work is open.
    boolean isOpen() {
        return body != null;
    }

    /// Opens a piece of work, after the one before was finished.
    ///
    /// @param helpers how many threads may join the one that finishes it
    void open(int count, Workers.Chunk newBody, int helpers) {
        done.set(0);
        chunks = count;
        body = newBody;
        long next = piece(tickets.get()) + 1;
        tickets.set(ticket(next, Math.min(helpers, MAX_HELPERS), 0));
    }

    /// Whether a helper would find something to do.
    boolean wantsHelp() {
        return wantsHelp(tickets.get());
    }

    private boolean wantsHelp(long seen) {
        return chunk(seen) < chunks && helpers(seen) > 0;
    }

    /// Takes part, unless enough others do.
    @Override
    public void run() {
        long seen = tickets.get();
        while (wantsHelp(seen)) {
            var claimed = body;
            long joined = ticket(piece(seen), helpers(seen) - 1, chunk(seen) + 1L);
            if (claimed != null && tickets.compareAndSet(seen, joined)) {
                compute(claimed, chunk(seen));
                work(piece(seen));
                return;
            }
            seen = tickets.get();
        }
    }

    /// Computes chunks of a piece as long as there are some.
    private void work(long piece) {
        long seen = tickets.get();
        while (piece(seen) == piece && chunk(seen) < chunks) {
            var claimed = body;
            if (claimed != null && tickets.compareAndSet(seen, seen + 1)) {
                compute(claimed, chunk(seen));
            }
            seen = tickets.get();
        }
    }

    private void compute(Workers.Chunk claimed, int chunk) {
        int all = chunks;
        try {
            if (failure.get() == null) {
                claimed.run(chunk);
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
        if (done.incrementAndGet() == all) {
            LockSupport.unpark(owner);
        }
    }

    /// Works until no chunk is left, waits for those that others claimed, and closes the piece.
    void finish() {
        long piece = piece(tickets.get());
        work(piece);
        for (int spins = 0; done.get() < chunks; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        // No claim for this piece succeeds any more, whatever the next one is.
        tickets.set(ticket(piece, 0, MAX_CHUNK));
        body = null;
        switch (failure.getAndSet(null)) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable t -> throw new IllegalStateException(t);
        }
    }
}

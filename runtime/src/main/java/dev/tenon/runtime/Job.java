package dev.tenon.runtime;

import dev.tenon.kernels.Workers;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Parallel pieces of work of one thread, one after the other: threads claim the chunks of the
/// piece that is open one by one, and it is done when all its chunks are.
///
/// Each thread has a seat, the owner the first one, and each seat a span of the chunks. As chunks
/// are cut in the order of memory, a thread that keeps its seat finds in its caches what it wrote
/// in the piece before. Who is done with a span goes on with those of the neighbours, from their
/// far ends: spans of even seats are worked off from their beginnings, those of odd ones from their
/// ends. Nobody waits for a thread that has not claimed anything, so that a late helper costs
/// nothing.
///
/// A span is one number: that of the piece, the first chunk that is not claimed, and the one after
/// the last. A claim changes the number that it has read, so that none succeeds for a piece that is
/// over.
final class Job implements Runnable {
    private static final int SPINS = 1 << 14;

    /// Numbers from a seat's to the next one's, so that no two share a line of the caches.
    private static final int APART = 16;

    private static final int BOUND_BITS = 20;
    private static final int MAX_CLAIMS = (1 << BOUND_BITS) - 1;

    private static long span(long piece, long first, long end) {
        return piece << 2 * BOUND_BITS | end << BOUND_BITS | first;
    }

    private static int first(long span) {
        return (int) span & MAX_CLAIMS;
    }

    private static int end(long span) {
        return (int) (span >>> BOUND_BITS) & MAX_CLAIMS;
    }

    private static boolean isOf(long piece, long span) {
        return (piece ^ span >>> 2 * BOUND_BITS) << 2 * BOUND_BITS == 0;
    }

    private final Thread owner = Thread.currentThread();
    private final AtomicLongArray spans;

    /// For each seat the last piece that somebody had it for, and who that was.
    private final AtomicLongArray taken;

    private final AtomicReferenceArray<@Nullable Thread> helpers;

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile Workers.@Nullable Chunk body;
    private volatile int chunks;
    private volatile int seats;

    /// The number of the piece that is open, or 0.
    private volatile long open;

    private long pieces;

    /// @param maxHelpers how many threads may ever help with one piece
    Job(int maxHelpers) {
        spans = new AtomicLongArray((maxHelpers + 1) * APART);
        taken = new AtomicLongArray((maxHelpers + 1) * APART);
        helpers = new AtomicReferenceArray<>(maxHelpers + 1);
    }

    /// Whether a piece of work is open.
    boolean isOpen() {
        return open != 0;
    }

    int maxHelpers() {
        return helpers.length() - 1;
    }

    /// Opens a piece of work, after the one before was finished.
    ///
    /// @param count at least 1
    /// @param newHelpers how many threads may join the one that finishes it
    void open(int count, Workers.Chunk newBody, int newHelpers) {
        done.set(0);
        chunks = count;
        body = newBody;
        int newSeats = newHelpers + 1;
        seats = newSeats;
        pieces++;
        long claims = claims(count);
        for (int seat = 0; seat < newSeats; seat++) {
            long first = claims * seat / newSeats;
            long end = claims * (seat + 1) / newSeats;
            spans.set(seat * APART, span(pieces, first, end));
        }
        open = pieces;
    }

    /// Chunks that are claimed together: one, unless there are very many.
    private static int group(int chunks) {
        return Math.ceilDiv(chunks, MAX_CLAIMS);
    }

    private static int claims(int chunks) {
        return Math.ceilDiv(chunks, group(chunks));
    }

    /// Who had a seat the last time, and will find it free.
    ///
    /// @param seat from 1 on
    @Nullable Thread helper(int seat) {
        return helpers.get(seat);
    }

    int helpers() {
        return seats - 1;
    }

    /// Whether a seat is free, which a thread had the last time.
    boolean wants(Thread helper) {
        long piece = open;
        int seat = seatOf(helper);
        return seat > 0 && piece > taken.get(seat * APART);
    }

    /// Whether any seat is free.
    boolean hasRoom() {
        long piece = open;
        for (int seat = 1; seat < seats; seat++) {
            if (piece > taken.get(seat * APART)) {
                return true;
            }
        }
        return false;
    }

    /// The seat that a thread had the last time, or 0.
    private int seatOf(Thread helper) {
        for (int seat = 1; seat < seats; seat++) {
            if (helper.equals(helpers.get(seat))) {
                return seat;
            }
        }
        return 0;
    }

    /// Takes part, unless enough others do.
    @Override
    public void run() {
        long piece = open;
        int seat = sit(Thread.currentThread(), piece);
        if (seat > 0) {
            work(seat, piece);
        }
    }

    private int sit(Thread helper, long piece) {
        int own = seatOf(helper);
        if (own > 0) {
            return take(own, piece) ? own : 0;
        }
        for (int seat = 1; seat < seats; seat++) {
            if (take(seat, piece)) {
                helpers.set(seat, helper);
                return seat;
            }
        }
        return 0;
    }

    private boolean take(int seat, long piece) {
        long last = taken.get(seat * APART);
        return last < piece && taken.compareAndSet(seat * APART, last, piece);
    }

    /// Computes chunks of a piece as long as there are some, those of the own span first.
    private void work(int seat, long piece) {
        int all = seats;
        int computed = 0;
        for (int other = 0; other < Integer.highestOneBit(all) << 1; other++) {
            int span = seat ^ other;
            if (span < all) {
                boolean isEven = (span & 1) == 0;
                computed += work(span, isEven == (other == 0), piece);
            }
        }
        if (computed > 0 && done.addAndGet(computed) == claims(chunks)) {
            LockSupport.unpark(owner);
        }
    }

    /// Computes what is left of a span, and counts it.
    private int work(int seat, boolean forwards, long piece) {
        int computed = 0;
        long seen = spans.get(seat * APART);
        while (isOf(piece, seen) && first(seen) < end(seen)) {
            int index = forwards ? first(seen) : end(seen) - 1;
            long rest = forwards ? seen + 1 : seen - (1L << BOUND_BITS);
            if (spans.compareAndSet(seat * APART, seen, rest)) {
                compute(index);
                computed++;
            }
            seen = spans.get(seat * APART);
        }
        return computed;
    }

    /// What was claimed keeps the piece open, so that its parts stay what they are.
    private void compute(int claim) {
        var claimed = Objects.requireNonNull(body);
        int group = group(chunks);
        int end = Math.min(chunks, (claim + 1) * group);
        try {
            for (int chunk = claim * group; chunk < end && failure.get() == null; chunk++) {
                claimed.run(chunk);
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    /// Works until no chunk is left, waits for those that others claimed, and closes the piece.
    void finish() {
        work(0, open);
        int all = claims(chunks);
        for (int spins = 0; done.get() < all; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        open = 0;
        body = null;
        switch (failure.getAndSet(null)) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable t -> throw new IllegalStateException(t);
        }
    }
}

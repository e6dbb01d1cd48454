package dev.tenon.runtime;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The daemon threads that help with parallel work, one pool a process.
///
/// A helper spins for a moment after its last piece of work, then parks. The latest job is the one
/// that helpers see; a job that they miss is done by its own thread. Those who helped with a job
/// before come first, as they have in their caches what they wrote then.
final class ThreadPool {
    private static final long SPIN_NANOS = 100_000;

    /// How often a helper looks at a job that others helped with, before it takes their place.
    private static final int PATIENCE = 64;

    private final AtomicReference<@Nullable Job> job = new AtomicReference<>();
    private final Helper[] helpers;

    private ThreadPool(int count) {
        helpers = new Helper[count];
        for (int i = 0; i < count; i++) {
            helpers[i] = new Helper("tenon-" + i);
        }
        for (var helper : helpers) {
            helper.start();
        }
    }

    /// The process's pool: a helper for each processor that the process may use, but one.
    static ThreadPool shared() {
        return Shared.POOL;
    }

    private static final class Shared {
        static final ThreadPool POOL =
                new ThreadPool(Math.max(0, Runtime.getRuntime().availableProcessors() - 1));
    }

    int helpers() {
        return helpers.length;
    }

    /// Shows a job with an open piece to the helpers, and wakes as many as it has seats for.
    void offer(Job newJob) {
        job.set(newJob);
        int missing = 0;
        for (int seat = 1; seat <= newJob.helpers(); seat++) {
            if (newJob.helper(seat) instanceof Helper helper && !helper.isBusyElsewhere(newJob)) {
                helper.wake();
            } else {
                missing++;
            }
        }
        for (int i = 0; i < helpers.length && missing > 0; i++) {
            if (helpers[i].wake()) {
                missing--;
            }
        }
    }

    /// Forgets a finished job, so that what it refers to can be collected.
    void withdraw(Job finished) {
        job.compareAndSet(finished, null);
    }

    private final class Helper extends Thread {
        private volatile boolean parked;

        /// What this thread is helping with.
        private volatile @Nullable Job current;

        Helper(String name) {
            super(null, null, name, 0, false);
            setDaemon(true);
        }

        /// Whether this thread helps with another job.
        private boolean isBusyElsewhere(Job offered) {
            var other = current;
            return other != null && !other.equals(offered);
        }

        /// Whether this thread slept.
        private boolean wake() {
            if (parked) {
                LockSupport.unpark(this);
                return true;
            }
            return false;
        }

        @Override
        public void run() {
            while (true) {
                var next = await();
                current = next;
                next.run();
                current = null;
            }
        }

        private Job await() {
            long deadline = 0;
            int looks = 0;
            for (int i = 0; ; i++) {
                var offered = job.get();
                if (offered != null) {
                    if (offered.wants(this)) {
                        return offered;
                    }
                    looks = offered.hasRoom() ? looks + 1 : 0;
                    if (looks > PATIENCE) {
                        return offered;
                    }
                }
                Thread.onSpinWait();
                if ((i & 63) == 63) {
                    long now = System.nanoTime();
                    if (deadline == 0) {
                        deadline = now + SPIN_NANOS;
                    } else if (now - deadline > 0) {
                        return park();
                    }
                }
            }
        }

        private Job park() {
            parked = true;
            try {
                while (true) {
                    var offered = job.get();
                    if (offered != null && (offered.wants(this) || offered.hasRoom())) {
                        return offered;
                    }
                    LockSupport.park(this);
                }
            } finally {
                parked = false;
            }
        }
    }
}

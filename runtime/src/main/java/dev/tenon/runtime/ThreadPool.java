package dev.tenon.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The daemon threads that help with parallel work, one pool a process.
///
/// A helper spins for a moment after its last piece of work, then parks. The latest job is the one
/// that helpers see; a job that they miss is done by its own thread.
final class ThreadPool {
    private static final long SPIN_NANOS = 100_000;

    private static final VarHandle JOB;

    static {
        try {
            JOB = MethodHandles.lookup().findVarHandle(ThreadPool.class, "job", Job.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Job job;
    private final Thread[] helpers;
    private final AtomicIntegerArray parked;

    private ThreadPool(int count) {
        helpers = new Thread[count];
        parked = new AtomicIntegerArray(count);
        for (int i = 0; i < count; i++) {
            int id = i;
            helpers[i] = Thread.ofPlatform().daemon().name("tenon-" + i).unstarted(() -> loop(id));
        }
        for (var helper : helpers) {
            helper.start();
        }
    }

    /// The process's pool: a helper for each processor but one.
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

    void offer(Job newJob) {
        JOB.setVolatile(this, newJob);
        for (int i = 0; i < helpers.length; i++) {
            if (parked.get(i) == 1) {
                LockSupport.unpark(helpers[i]);
            }
        }
    }

    /// Forgets a finished job, so that what it refers to can be collected.
    void withdraw(Job finished) {
        JOB.compareAndSet(this, finished, null);
    }

    private void loop(int id) {
        while (true) {
            await(id).run();
        }
    }

    private Job await(int id) {
        long deadline = 0;
        for (int i = 0; ; i++) {
            var current = job;
            if (current != null && current.wantsHelp()) {
                return current;
            }
            Thread.onSpinWait();
            if ((i & 63) == 63) {
                long now = System.nanoTime();
                if (deadline == 0) {
                    deadline = now + SPIN_NANOS;
                } else if (now - deadline > 0) {
                    return park(id);
                }
            }
        }
    }

    private Job park(int id) {
        parked.set(id, 1);
        try {
            while (true) {
                var current = job;
                if (current != null && current.wantsHelp()) {
                    return current;
                }
                LockSupport.park(this);
            }
        } finally {
            parked.set(id, 0);
        }
    }
}

package dev.tenon.runtime;

import dev.tenon.kernels.Workers;
import java.util.concurrent.Executor;

/// Ways to run chunks on several threads.
final class Threads {
    private static final ThreadLocal<Job> JOB = ThreadLocal.withInitial(() -> new Job(0));

    private Threads() {}

    /// Workers after a model's options.
    static Workers of(LoadOptions options) {
        var executor = options.executor();
        int threads =
                options.threads() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : options.threads();
        if (threads == 1) {
            return Workers.CALLER;
        }
        return executor.map(e -> onExecutor(e, threads - 1)).orElseGet(() -> onPool(threads - 1));
    }

    private static Workers onPool(int wanted) {
        return (chunks, body) -> {
            var pool = ThreadPool.shared();
            int helpers = Math.min(Math.min(wanted, pool.helpers()), chunks - 1);
            if (helpers <= 0) {
                Workers.CALLER.run(chunks, body);
                return;
            }
            var job = opened(chunks, body, helpers);
            pool.offer(job);
            try {
                job.finish();
            } finally {
                pool.withdraw(job);
            }
        };
    }

    private static Workers onExecutor(Executor executor, int wanted) {
        return (chunks, body) -> {
            int helpers = Math.min(wanted, chunks - 1);
            if (helpers <= 0) {
                Workers.CALLER.run(chunks, body);
                return;
            }
            var job = opened(chunks, body, helpers);
            try {
                for (int i = 0; i < helpers; i++) {
                    executor.execute(job);
                }
            } finally {
                job.finish();
            }
        };
    }

    /// The current thread's job; another one where that is under way, as within a chunk.
    private static Job opened(int chunks, Workers.Chunk body, int helpers) {
        var job = JOB.get();
        if (job.isOpen()) {
            job = new Job(helpers);
        } else if (job.maxHelpers() < helpers) {
            job = new Job(helpers);
            JOB.set(job);
        }
        job.open(chunks, body, helpers);
        return job;
    }
}

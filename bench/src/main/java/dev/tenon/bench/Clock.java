package dev.tenon.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// What time is measured in.
public enum Clock {
    /// CPU time of the current thread, which other processes on the machine do not change.
    CPU {
        @Override
        public long nanos() {
            return THREADS.getCurrentThreadCpuTime();
        }
    },
    /// Time on the wall.
    WALL {
        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// Nanoseconds since some fixed time.
    public abstract long nanos();

    /// The one that suits a number of threads: several do not share one thread's CPU time.
    static Clock of(int threads) {
        return threads == 1 ? CPU : WALL;
    }
}

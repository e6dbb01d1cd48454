package dev.tenon.bench;

import java.util.Arrays;
import java.util.stream.LongStream;

/// Nanoseconds, one number a run; grows.
public final class Samples {
    private long[] nanos = new long[64];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    void addAll(Samples other) {
        other.stream().forEach(this::add);
    }

    LongStream stream() {
        return Arrays.stream(nanos, 0, count);
    }

    long sum() {
        return stream().sum();
    }

    Timings timings() {
        return Timings.of(Arrays.copyOf(nanos, count));
    }
}

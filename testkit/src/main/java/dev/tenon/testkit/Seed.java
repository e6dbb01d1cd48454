package dev.tenon.testkit;

import java.util.function.Consumer;
import java.util.stream.LongStream;

/// Runs a property many times, each time with a generator seeded by the next number.
///
/// Seeds count from a fixed number, so that every run tests the same; `-Dseed=N` runs that seed
/// alone, which is what a failure says, and `-Dtrials=N` runs N times as many.
public final class Seed {
    private static final String PROPERTY = "seed";
    private static final int FACTOR = Integer.getInteger("trials", 1);
    private static final long FIRST = 1;

    private Seed() {}

    /// @throws AssertionError when the property fails; it names the seed
    public static void check(int times, Consumer<Generator> property) {
        var given = System.getProperty(PROPERTY);
        if (given != null) {
            property.accept(new Generator(Long.parseLong(given)));
            return;
        }
        seeds(times).forEach(seed -> check(seed, property));
    }

    /// The same on all processors, for properties that share nothing.
    public static void checkInParallel(int times, Consumer<Generator> property) {
        if (System.getProperty(PROPERTY) != null) {
            check(times, property);
            return;
        }
        seeds(times).parallel().forEach(seed -> check(seed, property));
    }

    private static LongStream seeds(int times) {
        return LongStream.range(FIRST, FIRST + (long) times * FACTOR);
    }

    private static void check(long seed, Consumer<Generator> property) {
        try {
            property.accept(new Generator(seed));
        } catch (RuntimeException | Error e) {
            throw new AssertionError("with -D" + PROPERTY + "=" + seed + ": " + e, e);
        }
    }
}

package dev.tenon.testkit;

import java.util.function.Consumer;

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
        for (long seed = FIRST; seed < FIRST + (long) times * FACTOR; seed++) {
            try {
                property.accept(new Generator(seed));
            } catch (RuntimeException | Error e) {
                throw new AssertionError("with -D" + PROPERTY + "=" + seed + ": " + e, e);
            }
        }
    }
}

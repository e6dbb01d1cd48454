package dev.tenon.bench;

import java.util.List;
import java.util.stream.Stream;

/// Runs things by turns, so that whatever else the machine does hits all of them alike.
public final class Turns {
    /// Shorter turns would find the caches full of the other's data each time.
    private static final long TURN_NANOS = 50_000_000;

    private Turns() {}

    /// What takes a turn.
    @FunctionalInterface
    public interface Player {
        /// Runs for about that long, at least once.
        Samples play(long nanos);
    }

    /// Repeats some work for about that long on the wall, at least once.
    public static Samples run(Runnable work, Clock clock, long nanos) {
        var samples = new Samples();
        long end = System.nanoTime() + nanos;
        do {
            long start = clock.nanos();
            work.run();
            samples.add(clock.nanos() - start);
        } while (System.nanoTime() < end);
        return samples;
    }

    /// Warms all players up, then lets them play by turns until each has played for long enough.
    ///
    /// @param warmUp nanoseconds that each plays before anything counts
    /// @param nanos that each plays then
    /// @return the timings of each
    public static List<Timings> play(List<Player> players, long warmUp, long nanos) {
        for (var player : players) {
            var _ = player.play(warmUp);
        }
        var samples = Stream.generate(Samples::new).limit(players.size()).toList();
        while (samples.stream().anyMatch(s -> s.sum() < nanos)) {
            for (int i = 0; i < players.size(); i++) {
                samples.get(i).addAll(players.get(i).play(TURN_NANOS));
            }
        }
        return samples.stream().map(Samples::timings).toList();
    }
}

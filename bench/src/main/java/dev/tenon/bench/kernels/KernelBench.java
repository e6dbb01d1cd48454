package dev.tenon.bench.kernels;

import dev.tenon.bench.Clock;
import dev.tenon.bench.Peaks;
import dev.tenon.bench.Timings;
import dev.tenon.bench.Turns;
import dev.tenon.bench.Turns.Player;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Measures the kernels of a family that take a case, by turns.
///
/// @param peaks of the core
/// @param time for each kernel
public record KernelBench(Peaks peaks, Duration time) {
    /// A kernel that is faster by less than this share may be noise.
    private static final double MARGIN = 0.05;

    /// What a kernel cannot be faster than.
    public enum Bound {
        /// The multiplications with additions that a core does.
        FMA,
        /// A copy of as many bytes.
        COPY
    }

    /// What a kernel took for a case.
    ///
    /// @param ofPeak the least time that the hardware allows as a share of the kernel's
    public record Line(String kernel, Timings timings, double ofPeak) {}

    /// @param lines in the family's order, of which the first kernel is the one that is picked
    public record Result(KernelCase<?, ?> of, Bound bound, List<Line> lines) {
        public Result {
            lines = List.copyOf(lines);
        }

        /// The fastest one.
        public Line fastest() {
            var fastest = lines.getFirst();
            for (var line : lines) {
                if (line.timings.min() < fastest.timings.min() * (1 - MARGIN)) {
                    fastest = line;
                }
            }
            return fastest;
        }

        /// Whether no kernel is faster than the one that is picked.
        public boolean isRight() {
            return fastest().equals(lines.getFirst());
        }
    }

    public Result run(KernelCase<?, ?> given) {
        var candidates = given.candidates();
        var players = new ArrayList<Player>();
        for (var candidate : candidates) {
            players.add(nanos -> Turns.run(candidate.run(), Clock.CPU, nanos));
        }
        var timings = Turns.play(players, time.toNanos() / 3, time.toNanos());
        double copy = Peaks.copyNanos(given.bytes() / 2);
        // Unknown where there is no machine code: then only the copy counts.
        double arithmetic = given.flops() / peaks.flops() * 1e9;
        var bound = arithmetic > copy ? Bound.FMA : Bound.COPY;
        var lines = new ArrayList<Line>();
        for (int i = 0; i < candidates.size(); i++) {
            var each = timings.get(i);
            double least = bound == Bound.FMA ? arithmetic : copy;
            lines.add(new Line(candidates.get(i).kernel(), each, least / each.min()));
        }
        return new Result(given, bound, lines);
    }
}

package dev.tenon.bench;

import java.util.Arrays;

/// How long runs of one kind took.
///
/// @param runs their number
/// @param min nanoseconds
/// @param median nanoseconds
/// @param spread the distance of the quartiles as a share of the median
public record Timings(int runs, double min, double median, double spread) {
    /// @param nanos one number a run, at least one
    public static Timings of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no run was timed");
        }
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        double median = quantile(sorted, 0.5);
        double quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
        return new Timings(sorted.length, sorted[0], median, median == 0 ? 0 : quartiles / median);
    }

    /// Linear between neighbours.
    private static double quantile(long[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}

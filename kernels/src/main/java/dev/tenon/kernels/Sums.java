package dev.tenon.kernels;

/// Sums of array pieces in a fixed order: eight interleaved partial sums, so that the additions
/// overlap.
public final class Sums {
    private Sums() {}

    public static double sum(float[] x, int from, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int end = from + (count & ~7);
        int i = from;
        for (; i < end; i += 8) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
            s4 += x[i + 4];
            s5 += x[i + 5];
            s6 += x[i + 6];
            s7 += x[i + 7];
        }
        for (; i < from + count; i++) {
            s0 += x[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /// The sum of squared distances from a number.
    public static double squares(float[] x, int from, int count, double center) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int end = from + (count & ~3);
        int i = from;
        for (; i < end; i += 4) {
            double d0 = x[i] - center;
            double d1 = x[i + 1] - center;
            double d2 = x[i + 2] - center;
            double d3 = x[i + 3] - center;
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < from + count; i++) {
            double d = x[i] - center;
            s0 += d * d;
        }
        return (s0 + s1) + (s2 + s3);
    }

    /// The largest number; NaN when one is NaN, negative infinity of none.
    public static float max(float[] x, int from, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    /// The smallest number; NaN when one is NaN, infinity of none.
    public static float min(float[] x, int from, int count) {
        float min = Float.POSITIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            min = Math.min(min, x[i]);
        }
        return min;
    }
}

package dev.tenon.base;

/// The error function in `double`.
///
/// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.6 (series, |x| < 3) and
/// 7.1.14 (continued fraction of erfc, beyond). The error is below 1e-15.
final class Erf {
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    private Erf() {}

    static double erf(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        double a = Math.abs(x);
        double result = a < 3 ? series(a) : a > 6 ? 1 : 1 - complement(a);
        return Math.copySign(result, x);
    }

    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * sum; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
    }

    private static double complement(double x) {
        double fraction = 0;
        for (int n = 60; n >= 1; n--) {
            fraction = n / 2.0 / (x + fraction);
        }
        return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
    }
}

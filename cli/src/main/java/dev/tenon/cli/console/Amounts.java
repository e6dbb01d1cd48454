package dev.tenon.cli.console;

import java.util.Locale;
import java.util.function.DoubleFunction;

/// Numbers for people.
public final class Amounts {
    private Amounts() {}

    /// Such as `1.5 kB`, `90.4 MB`.
    public static String bytes(double count) {
        return scaled(count, "B");
    }

    /// Such as `22.6 M`.
    public static String count(double count) {
        return scaled(count, "").strip();
    }

    /// Such as `3.40 GFLOP`.
    public static String flops(double count) {
        return scaled(count, "FLOP");
    }

    /// Such as `12.3 ms`.
    public static String nanos(double nanos) {
        if (nanos < 1e3) {
            return String.format(Locale.ROOT, "%.0f ns", nanos);
        }
        if (nanos < 1e6) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        return nanos < 1e9
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    /// An amount that may be negative.
    public static String signed(double amount, DoubleFunction<String> text) {
        return (amount < 0 ? "-" : "") + text.apply(Math.abs(amount));
    }

    private static String scaled(double count, String unit) {
        if (count < 1000) {
            return String.format(Locale.ROOT, "%.0f %s", count, unit);
        }
        var prefixes = "kMGTPE";
        int step = -1;
        while (count >= 999.95 && step < prefixes.length() - 1) {
            count /= 1000;
            step++;
        }
        return String.format(Locale.ROOT, "%.1f %s%s", count, prefixes.charAt(step), unit);
    }
}

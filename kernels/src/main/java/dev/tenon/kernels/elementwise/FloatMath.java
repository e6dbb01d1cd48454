package dev.tenon.kernels.elementwise;

import dev.tenon.kernels.Scratch;
import java.lang.foreign.MemorySegment;

/// Functions of `float` arrays as loops that C2 turns into vector code.
///
/// All follow from one reduction, `eˣ = 2ⁿ · (1 + expm1(r))` with `|r| ≤ ln 2 / 2`, and from
/// minimax polynomials. Against the exactly rounded result the error is at most 2 ulp for [#exp], 3
/// for [#log], 4 for [#expm1], [#tanh] and [#erf]. NaN gives NaN, and the limits at the infinities
/// are exact. An array may be its own destination.
public final class FloatMath {
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    /// Adding and subtracting it rounds to an integer: 1.5 · 2²³.
    private static final float ROUNDER = 12582912f;

    private static final int MANTISSA_BITS = 23;
    private static final int SQRT_HALF = Float.floatToRawIntBits((float) Math.sqrt(0.5));

    private FloatMath() {}

    public static void exp(float[] x, float[] d, int n) {
        try (var scratch = Scratch.open()) {
            var low = scratch.floats(n);
            var high = scratch.floats(n);
            var p = scratch.floats(n);
            reduce(x, n, p, low, high, scratch);
            for (int j = 0; j < n; j++) {
                d[j] = Math.fma(p[j], low[j], low[j]) * high[j];
            }
        }
    }

    public static void expm1(float[] x, float[] d, int n) {
        try (var scratch = Scratch.open()) {
            var low = scratch.floats(n);
            var high = scratch.floats(n);
            var p = scratch.floats(n);
            var saved = scratch.floats(n);
            System.arraycopy(x, 0, saved, 0, n);
            reduce(x, n, p, low, high, scratch);
            for (int j = 0; j < n; j++) {
                d[j] = Math.fma(p[j] * low[j], high[j], Math.fma(low[j], high[j], -1f));
            }
            for (int j = 0; j < n; j++) {
                if (saved[j] > 88f || saved[j] == 0) {
                    d[j] = (float) Math.expm1(saved[j]);
                }
            }
        }
    }

    /// `tanh |x| = -expm1(-2|x|) / (2 + expm1(-2|x|))`.
    public static void tanh(float[] x, float[] d, int n) {
        try (var scratch = Scratch.open()) {
            var e = scratch.floats(n);
            for (int j = 0; j < n; j++) {
                e[j] = -2 * Math.abs(x[j]);
            }
            expm1OfNegative(e, n, scratch);
            for (int j = 0; j < n; j++) {
                d[j] = Math.abs(e[j]) / (2 + e[j]) * Math.signum(x[j]);
            }
        }
    }

    /// `erf |x| = -expm1(-g(|x|))` where `g = -ln erfc`, which is `x` times a polynomial.
    public static void erf(float[] x, float[] d, int n) {
        try (var scratch = Scratch.open()) {
            var e = scratch.floats(n);
            for (int j = 0; j < n; j++) {
                float a = Math.min(Math.abs(x[j]), 4f);
                float g = -9.2564933e-6f;
                g = Math.fma(g, a, 1.17643198e-4f);
                g = Math.fma(g, a, -6.3284335e-4f);
                g = Math.fma(g, a, 1.66703856e-3f);
                g = Math.fma(g, a, -1.60406271e-4f);
                g = Math.fma(g, a, -1.91530585e-2f);
                g = Math.fma(g, a, 1.02777831e-1f);
                g = Math.fma(g, a, 6.36619389e-1f);
                g = Math.fma(g, a, 1.12837923f);
                e[j] = -a * g;
            }
            expm1OfNegative(e, n, scratch);
            for (int j = 0; j < n; j++) {
                d[j] = Math.abs(e[j]) * Math.signum(x[j]);
            }
        }
    }

    /// Replaces numbers that are not positive by `eˣ - 1`.
    private static void expm1OfNegative(float[] e, int n, Scratch scratch) {
        var low = scratch.floats(n);
        var high = scratch.floats(n);
        var p = scratch.floats(n);
        reduce(e, n, p, low, high, scratch);
        for (int j = 0; j < n; j++) {
            e[j] = Math.fma(p[j] * low[j], high[j], Math.fma(low[j], high[j], -1f));
        }
    }

    /// `p = expm1(r)`, `low · high = 2ⁿ`; in two factors, so that neither overflows nor is
    /// subnormal.
    private static void reduce(
            float[] x, int n, float[] p, float[] low, float[] high, Scratch scratch) {
        var lowBits = scratch.ints(n);
        var highBits = scratch.ints(n);
        for (int j = 0; j < n; j++) {
            float y = Math.min(Math.max(x[j], -104f), 89f);
            float whole = Math.fma(y, LOG2_E, ROUNDER) - ROUNDER;
            float r = Math.fma(whole, -LN2_LOW, Math.fma(whole, -LN2_HIGH, y));
            float q = 1.38823921e-3f;
            q = Math.fma(q, r, 8.36718082e-3f);
            q = Math.fma(q, r, 4.16672230e-2f);
            q = Math.fma(q, r, 1.66665390e-1f);
            q = Math.fma(q, r, 0.49999997f);
            p[j] = Math.fma(q, r * r, r);
            int k = (int) whole;
            int half = k >> 1;
            lowBits[j] = (half + 127) << MANTISSA_BITS;
            highBits[j] = (k - half + 127) << MANTISSA_BITS;
        }
        reinterpret(lowBits, low, n);
        reinterpret(highBits, high, n);
    }

    public static void log(float[] x, float[] d, int n) {
        try (var scratch = Scratch.open()) {
            var bits = scratch.ints(n);
            var mantissa = scratch.floats(n);
            var exponent = scratch.floats(n);
            var saved = scratch.floats(n);
            System.arraycopy(x, 0, saved, 0, n);
            reinterpret(x, bits, n);
            for (int j = 0; j < n; j++) {
                int k = (bits[j] - SQRT_HALF) >> MANTISSA_BITS;
                exponent[j] = k;
                bits[j] -= k << MANTISSA_BITS;
            }
            reinterpret(bits, mantissa, n);
            for (int j = 0; j < n; j++) {
                float f = mantissa[j] - 1f;
                float q = -7.6343924e-2f;
                q = Math.fma(q, f, 1.27615348e-1f);
                q = Math.fma(q, f, -1.31602019e-1f);
                q = Math.fma(q, f, 1.42017648e-1f);
                q = Math.fma(q, f, -1.66233554e-1f);
                q = Math.fma(q, f, 2.00012267e-1f);
                q = Math.fma(q, f, -2.50008225e-1f);
                q = Math.fma(q, f, 3.33333313e-1f);
                float tail = Math.fma(f * f, Math.fma(q, f, -0.5f), exponent[j] * LN2_LOW);
                d[j] = Math.fma(exponent[j], LN2_HIGH, f + tail);
            }
            for (int j = 0; j < n; j++) {
                if (!(saved[j] >= Float.MIN_NORMAL && saved[j] < Float.POSITIVE_INFINITY)) {
                    d[j] = (float) Math.log(saved[j]);
                }
            }
        }
    }

    private static void reinterpret(int[] from, float[] to, int n) {
        MemorySegment.ofArray(to)
                .asSlice(0, n * 4L)
                .copyFrom(MemorySegment.ofArray(from).asSlice(0, n * 4L));
    }

    private static void reinterpret(float[] from, int[] to, int n) {
        MemorySegment.ofArray(to)
                .asSlice(0, n * 4L)
                .copyFrom(MemorySegment.ofArray(from).asSlice(0, n * 4L));
    }
}

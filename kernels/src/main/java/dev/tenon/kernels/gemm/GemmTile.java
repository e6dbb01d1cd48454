package dev.tenon.kernels.gemm;

import java.util.Arrays;

/// The inner loops of a product on arrays.
public final class GemmTile {
    /// Rows of the right-hand matrix that one pass over a row of results adds up.
    public static final int DEPTH = 4;

    /// Rows of results that are kept in the first-level cache while a matrix streams by.
    public static final int ROWS = 8;

    /// Elements of the right-hand matrix that stay in the second-level cache.
    private static final int CACHED = 48 << 10;

    private GemmTile() {}

    public static int paddedDepth(int k) {
        return Math.ceilDiv(k, DEPTH) * DEPTH;
    }

    /// `c = a · b`.
    ///
    /// @param c rows of results, overwritten
    /// @param rows how many of them
    /// @param a the left-hand rows, one after the other, each `depth` long
    /// @param from where the first of them begins
    /// @param b `depth` rows
    /// @param depth a multiple of [#DEPTH]
    /// @param n columns
    public static void multiply(
            float[][] c, int rows, float[] a, int from, float[][] b, int depth, int n) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(c[r], 0, n, 0);
        }
        accumulate(c, rows, a, from, depth, b, depth, n);
    }

    /// `c += a · b`, where the left-hand rows lie `stride` apart.
    ///
    /// Terms are added in the order of `b`'s rows, whatever the blocking.
    public static void accumulate(
            float[][] c, int rows, float[] a, int from, int stride, float[][] b, int depth, int n) {
        int block = Math.max(DEPTH, CACHED / Math.max(1, n) / DEPTH * DEPTH);
        for (int k = 0; k < depth; k += block) {
            for (int r = 0; r < rows; r += ROWS) {
                int count = Math.min(ROWS, rows - r);
                block(
                        c,
                        r,
                        count,
                        a,
                        from + r * stride,
                        stride,
                        b,
                        k,
                        Math.min(depth, k + block),
                        n);
            }
        }
    }

    /// The rows `first … first+rows` of the result, for the rows `k … end` of `b`.
    private static void block(
            float[][] c,
            int first,
            int rows,
            float[] a,
            int from,
            int stride,
            float[][] b,
            int begin,
            int end,
            int n) {
        for (int k = begin; k < end; k += DEPTH) {
            var b0 = b[k];
            var b1 = b[k + 1];
            var b2 = b[k + 2];
            var b3 = b[k + 3];
            int r = 0;
            for (; r + 1 < rows; r += 2) {
                int s = from + r * stride + k;
                twoRows(c[first + r], c[first + r + 1], b0, b1, b2, b3, n, a, s, s + stride);
            }
            if (r < rows) {
                oneRow(c[first + r], b0, b1, b2, b3, n, a, from + r * stride + k);
            }
        }
    }

    private static void twoRows(
            float[] c0,
            float[] c1,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            int n,
            float[] a,
            int s,
            int t) {
        float a00 = a[s];
        float a01 = a[s + 1];
        float a02 = a[s + 2];
        float a03 = a[s + 3];
        float a10 = a[t];
        float a11 = a[t + 1];
        float a12 = a[t + 2];
        float a13 = a[t + 3];
        for (int j = 0; j < n; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            c0[j] =
                    Math.fma(
                            a03,
                            x3,
                            Math.fma(a02, x2, Math.fma(a01, x1, Math.fma(a00, x0, c0[j]))));
            c1[j] =
                    Math.fma(
                            a13,
                            x3,
                            Math.fma(a12, x2, Math.fma(a11, x1, Math.fma(a10, x0, c1[j]))));
        }
    }

    private static void oneRow(
            float[] c, float[] b0, float[] b1, float[] b2, float[] b3, int n, float[] a, int s) {
        float a0 = a[s];
        float a1 = a[s + 1];
        float a2 = a[s + 2];
        float a3 = a[s + 3];
        for (int j = 0; j < n; j++) {
            c[j] =
                    Math.fma(
                            a3,
                            b3[j],
                            Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
        }
    }
}

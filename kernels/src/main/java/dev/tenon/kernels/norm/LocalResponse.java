package dev.tenon.kernels.norm;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.elementwise.FloatMath;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Divides each element by a power of the squares around it along the channels: `x / (bias + alpha
/// / size · Σ x²)^beta` (Krizhevsky et al. 2012, 3.3).
public record LocalResponse(float alpha, float beta, float bias, int size) {
    private static final int PIECE = 1024;

    /// Machine code computes the usual power of ¾; everything else is plain Java.
    ///
    /// @param lines the channels' axis; `y` is not `x`
    /// @param room lasts as long as the work
    public Work prepare(MemorySegment x, MemorySegment y, Lines lines, NativeScratch room) {
        if (lines.isEmpty()) {
            return Work.NONE;
        }
        var emitted = new EmittedLocalResponse(this, x, y, lines);
        if (emitted.isPossible()) {
            return emitted.prepare(room);
        }
        int pieces = Math.ceilDiv(lines.inner(), PIECE);
        return Work.ofChunks(
                lines.outer() * lines.length() * pieces,
                i -> {
                    int from = i % pieces * PIECE;
                    int channel = i / pieces % lines.length();
                    long block = (long) (i / pieces / lines.length()) * lines.length();
                    piece(x, y, lines, block, channel, from, Math.min(PIECE, lines.inner() - from));
                });
    }

    /// Computes once.
    public void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(x, y, lines, room).run(workers);
        }
    }

    private void piece(
            MemorySegment x,
            MemorySegment y,
            Lines lines,
            long block,
            int channel,
            int from,
            int count) {
        int first = Math.max(0, channel - (size - 1) / 2);
        int last = Math.min(lines.length() - 1, channel + size / 2);
        try (var scratch = Scratch.open()) {
            var sum = scratch.floats(count);
            var row = scratch.floats(count);
            Arrays.fill(sum, 0, count, 0);
            for (int c = first; c <= last; c++) {
                Memory.load(x, (block + c) * lines.inner() + from, row, 0, count);
                addSquares(sum, row, count);
            }
            affine(sum, alpha / size, bias, count);
            FloatMath.log(sum, sum, count);
            affine(sum, -beta, 0, count);
            FloatMath.exp(sum, sum, count);
            Memory.load(x, (block + channel) * lines.inner() + from, row, 0, count);
            multiply(row, sum, count);
            Memory.store(row, 0, y, (block + channel) * lines.inner() + from, count);
        }
    }

    private static void addSquares(float[] sum, float[] x, int n) {
        for (int j = 0; j < n; j++) {
            sum[j] = Math.fma(x[j], x[j], sum[j]);
        }
    }

    private static void affine(float[] x, float factor, float shift, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = Math.fma(x[j], factor, shift);
        }
    }

    private static void multiply(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] *= y[j];
        }
    }
}

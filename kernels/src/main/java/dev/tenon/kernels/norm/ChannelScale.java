package dev.tenon.kernels.norm;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Scales and shifts each channel of an `f32` tensor by its own numbers: `y = x · scale + shift`.
///
/// @param scale one number a channel
/// @param shift one number a channel
public record ChannelScale(float[] scale, float[] shift) {
    private static final int PIECE = 4096;

    /// Fewer neighbouring elements of a channel than this are not scaled on their own.
    private static final int SHORT = 64;

    /// What batch normalisation by known statistics comes to.
    public static ChannelScale normalizing(
            float[] scale, float[] bias, float[] mean, float[] variance, float epsilon) {
        var factor = new float[scale.length];
        var shift = new float[scale.length];
        for (int c = 0; c < scale.length; c++) {
            double f = scale[c] / Math.sqrt((double) variance[c] + epsilon);
            factor[c] = (float) f;
            shift[c] = (float) (bias[c] - mean[c] * f);
        }
        return new ChannelScale(factor, shift);
    }

    /// Computes once.
    ///
    /// @param lines the channels' axis; `y` may be `x`
    public void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
        prepare(x, y, lines).run(workers);
    }

    /// @param lines the channels' axis; `y` may be `x`
    public Work prepare(MemorySegment x, MemorySegment y, Lines lines) {
        if (lines.isEmpty()) {
            return Work.NONE;
        }
        if (lines.inner() < SHORT && (long) lines.length() * lines.inner() <= PIECE) {
            return periods(x, y, lines);
        }
        int pieces = Math.ceilDiv(lines.inner(), PIECE);
        int grain = Math.max(1, PIECE / lines.inner());
        return Work.ofRanges(
                lines.outer() * lines.length() * pieces,
                grain,
                (from, count) -> {
                    try (var scratch = Scratch.open()) {
                        var piece = scratch.floats(Math.min(PIECE, lines.inner()));
                        for (long i = from; i < from + count; i++) {
                            int channel = (int) (i / pieces % lines.length());
                            int at = (int) (i % pieces) * PIECE;
                            int n = Math.min(PIECE, lines.inner() - at);
                            long offset = i / pieces * lines.inner() + at;
                            Memory.load(x, offset, piece, 0, n);
                            apply(piece, scale[channel], shift[channel], n);
                            Memory.store(piece, 0, y, offset, n);
                        }
                    }
                });
    }

    /// Several blocks of all channels at a time, with the numbers of each element written out.
    private Work periods(MemorySegment x, MemorySegment y, Lines lines) {
        int period = lines.length() * lines.inner();
        int blocks = PIECE / period;
        var factors = new float[blocks * period];
        var shifts = new float[blocks * period];
        for (int i = 0; i < factors.length; i++) {
            int channel = i % period / lines.inner();
            factors[i] = scale[channel];
            shifts[i] = shift[channel];
        }
        return Work.ofRanges(
                lines.outer(),
                blocks,
                (from, count) -> {
                    int n = count * period;
                    try (var scratch = Scratch.open()) {
                        var piece = scratch.floats(n);
                        Memory.load(x, from * period, piece, 0, n);
                        apply(piece, factors, shifts, n);
                        Memory.store(piece, 0, y, from * period, n);
                    }
                });
    }

    private static void apply(float[] x, float[] scale, float[] shift, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = Math.fma(x[j], scale[j], shift[j]);
        }
    }

    private static void apply(float[] x, float scale, float shift, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = Math.fma(x[j], scale, shift);
        }
    }
}

package dev.tenon.kernels.norm;

import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;

/// Scales and shifts each channel of an `f32` tensor by its own numbers: `y = x · scale + shift`.
///
/// @param scale one number a channel
/// @param shift one number a channel
public record ChannelScale(float[] scale, float[] shift) {
    private static final int PIECE = 4096;

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

    /// @param lines the channels' axis; `y` may be `x`
    public void run(MemorySegment x, MemorySegment y, Lines lines, Workers workers) {
        if (lines.isEmpty()) {
            return;
        }
        int pieces = Math.ceilDiv(lines.inner(), PIECE);
        int grain = Math.max(1, PIECE / lines.inner());
        workers.forRanges(
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

    private static void apply(float[] x, float scale, float shift, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = Math.fma(x[j], scale, shift);
        }
    }
}

package dev.tenon.kernels.window;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.emitted.Avx2.Routines;
import java.util.ArrayList;

/// The windows of a channels-last image with as many features as channels, row by row, by machine
/// code for AVX2 and FMA. At most one line of planes: the first spatial axis has to have extent 1.
public final class LineWindows {
    /// What becomes of the elements of a window.
    public enum Fold {
        /// The sum of their products with weights, as [#pack] puts them.
        PRODUCT,
        /// The largest one, or NaN where one is NaN.
        MAX,
        /// Their sum divided by the number that the table has for the output of the row.
        MEAN
    }

    /// Channels at least.
    public static final int MIN_CHANNELS = WindowCode.LANES;

    /// Taps of a line of a window at most.
    public static final int MAX_TAPS = WindowCode.MAX_TAPS;

    /// Positions that lie a multiple of so many bytes apart share two sets of the first-level
    /// cache.
    private static final int SETTING = 2048;

    /// Lines that two sets of eight ways hold.
    private static final int LINES_OF_SETTING = 16;

    /// Fewer outputs of a tile are not worth it.
    private static final int LEAST_OUTPUTS = 3;

    private static final Routines<WindowCode.Variant> ROUTINES =
            new Routines<>(WindowCode.Variant::name, WindowCode::emit);

    /// Neighbouring tiles of a row with one routine.
    ///
    /// @param first output
    private record Tiles(WindowCode.Variant variant, Routine routine, int first, int count) {
        Tiles(WindowCode.Variant variant, int first, int count) {
            this(variant, ROUTINES.get(variant), first, count);
        }
    }

    private final Fold fold;
    private final ConvShape shape;
    private final Tiles[] tiles;

    public LineWindows(Fold fold, ConvShape shape) {
        this.fold = fold;
        this.shape = shape;
        this.tiles = cut(fold, shape);
    }

    /// Outputs of a tile at most: what fits into registers and, where all positions fall into few
    /// sets of the first-level cache, into these.
    private static int mostOutputs(Fold fold, ConvShape shape) {
        int taps = shape.kernel()[2];
        int most = WindowCode.maxOutputs(fold, taps);
        long pixel = (long) shape.channels() * Float.BYTES;
        if (pixel % SETTING != 0) {
            return most;
        }
        int room = LINES_OF_SETTING / shape.kernel()[1] - (taps - 1) * shape.dilation()[2] - 1;
        return Math.clamp(room / shape.stride()[2] + 1, Math.min(LEAST_OUTPUTS, most), most);
    }

    private static Tiles[] cut(Fold fold, ConvShape shape) {
        int width = shape.output()[2];
        int taps = shape.kernel()[2];
        int stride = shape.stride()[2];
        int most = mostOutputs(fold, shape);
        int even = Math.ceilDiv(width, Math.ceilDiv(width, most));
        var result = new ArrayList<Tiles>();
        for (int first = 0; first < width; first += even) {
            int outputs = Math.min(even, width - first);
            int start = first * stride - shape.before()[2];
            int dilation = shape.dilation()[2];
            int end =
                    Math.clamp(
                            shape.input()[2] - start,
                            0,
                            WindowCode.Variant.positions(outputs, taps, stride, dilation));
            var variant =
                    new WindowCode.Variant(
                            fold,
                            outputs,
                            taps,
                            stride,
                            dilation,
                            Math.min(end, Math.max(0, -start)),
                            end,
                            shape.kernel()[1]);
            var last = result.isEmpty() ? null : result.getLast();
            if (last != null && last.variant.equals(variant)) {
                result.set(result.size() - 1, new Tiles(variant, last.first, last.count + 1));
            } else {
                result.add(new Tiles(variant, first, 1));
            }
        }
        return result.toArray(Tiles[]::new);
    }

    /// The weights of each vector of channels: all taps in order, of each of them eight channels.
    /// The last vector has the last eight channels, whether others have them too or not.
    ///
    /// @param weights `[channels, taps]`
    /// @param channels at least [#MIN_CHANNELS]
    public static float[] pack(float[] weights, int channels) {
        int taps = weights.length / channels;
        int vectors = Math.ceilDiv(channels, WindowCode.LANES);
        var packed = new float[vectors * taps * WindowCode.LANES];
        int to = 0;
        for (int v = 0; v < vectors; v++) {
            int first = Math.min(v * WindowCode.LANES, channels - WindowCode.LANES);
            for (int t = 0; t < taps; t++) {
                for (int lane = 0; lane < WindowCode.LANES; lane++) {
                    packed[to++] = weights[(first + lane) * taps + t];
                }
            }
        }
        return packed;
    }

    /// Folds the windows of one row of outputs.
    ///
    /// @param x the address of the image
    /// @param y the address of the row of outputs
    /// @param table the address of the weights, or of the row's divisors; 0 for [Fold#MAX]
    public void row(long x, long y, int row, long table) {
        int channels = shape.channels();
        int vectors = channels / WindowCode.LANES;
        long pixel = (long) channels * Float.BYTES;
        int start = row * shape.stride()[1] - shape.before()[1];
        int firstLine = shape.firstTap(1, start);
        int lines = shape.covered(1, row);
        int line = start + firstLine * shape.dilation()[1];
        long lineBytes = shape.input()[2] * pixel;
        int[] kernel = shape.kernel();
        long vectorBytes = (long) kernel[1] * kernel[2] * WindowCode.LANES * Float.BYTES;
        for (var part : tiles) {
            int column = part.first * shape.stride()[2] - shape.before()[2];
            long from = x + line * lineBytes + column * pixel;
            long to = y + part.first * pixel;
            long numbers =
                    switch (fold) {
                        case PRODUCT -> table + firstLine * vectorBytes / kernel[1];
                        case MEAN -> table + (long) part.first * Float.BYTES;
                        case MAX -> 0;
                    };
            var routine = part.routine;
            long step = lineBytes * shape.dilation()[1];
            routine.call(from, to, numbers, lines, step, pixel, part.count, vectors);
            int rest = channels % WindowCode.LANES;
            if (rest > 0) {
                long back = pixel - WindowCode.LANES * Float.BYTES;
                long weights = fold == Fold.PRODUCT ? vectors * vectorBytes : 0;
                routine.call(
                        from + back,
                        to + back,
                        numbers + weights,
                        lines,
                        step,
                        pixel,
                        part.count,
                        1);
            }
        }
    }
}

package dev.tenon.kernels.window;

import dev.tenon.asm.exec.Routine;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.gemm.Epilogue;
import dev.tenon.kernels.gemm.FusedEpilogue;
import dev.tenon.kernels.vector.VectorLevel;
import dev.tenon.kernels.vector.VectorRoutines;
import dev.tenon.kernels.window.WindowTile.Axis;
import java.util.ArrayList;

/// The windows of a channels-last image with as many features as channels, by machine code. At most
/// one line of planes: the first spatial axis has to have extent 1.
public final class LineWindows {
    /// What becomes of the elements of a window.
    public enum Fold {
        /// The sum of their products with weights, as [#pack] puts them.
        PRODUCT,
        /// The largest one, or NaN where one is NaN.
        MAX,
        /// Their sum divided by the number that the table has for the output.
        MEAN
    }

    /// Taps of a line of a window at most.
    public static final int MAX_TAPS = 32;

    private static final VectorRoutines<WindowTile> ROUTINES =
            new VectorRoutines<>(WindowTile::name, WindowCode::emit);

    /// Neighbouring tiles of a row with one routine.
    ///
    /// @param first output
    private record Tiles(WindowTile tile, Routine routine, int first, int count) {
        Tiles(WindowTile tile, int first, int count) {
            this(tile, ROUTINES.get(tile), first, count);
        }
    }

    /// Rows of outputs that are computed together.
    private record Band(int row, int rows) {}

    private final Fold fold;
    private final ConvShape shape;
    private final int lanes;
    private final FusedEpilogue epilogue;
    private final Tiles[] single;

    /// For several rows of which all lines exist.
    private final Tiles[] several;

    /// Those of an image.
    private final Band[] bands;

    /// @param shape has outputs
    /// @throws IllegalStateException where there is no machine code
    public LineWindows(Fold fold, ConvShape shape) {
        this(fold, shape, FusedEpilogue.afterwards(Epilogue.NONE, shape.channels()));
    }

    /// @param shape has outputs
    /// @param epilogue what is done to the sums of [Fold#PRODUCT]
    /// @throws IllegalStateException where there is no machine code
    public LineWindows(Fold fold, ConvShape shape, FusedEpilogue epilogue) {
        this.fold = fold;
        this.shape = shape;
        this.epilogue = epilogue;
        var level = VectorLevel.required();
        this.lanes = level.lanes();
        var extent = TileExtent.best(fold, shape, level);
        this.single = cut(1, TileExtent.ofRow(fold, shape, level).outputs());
        this.several = extent.rows() == 1 ? single : cut(extent.rows(), extent.outputs());
        this.bands = bands(extent.rows());
    }

    private Band[] bands(int rows) {
        var result = new ArrayList<Band>();
        int height = shape.output()[1];
        for (int row = 0, step; row < height; row += step) {
            int last = row + rows - 1;
            step = last < height && isComplete(row) && isComplete(last) ? rows : 1;
            result.add(new Band(row, step));
        }
        return result.toArray(Band[]::new);
    }

    /// Whether all lines of a row's windows exist.
    private boolean isComplete(int row) {
        return shape.covered(1, row) == shape.kernel()[1];
    }

    static Axis axis(ConvShape shape, int axis) {
        return new Axis(shape.kernel()[axis], shape.stride()[axis], shape.dilation()[axis]);
    }

    /// @param even outputs of a tile but the last
    private Tiles[] cut(int rows, int even) {
        int width = shape.output()[2];
        var line = axis(shape, 2);
        var result = new ArrayList<Tiles>();
        for (int first = 0; first < width; first += even) {
            int outputs = Math.min(even, width - first);
            int start = first * line.stride() - shape.before()[2];
            int end = Math.clamp(shape.input()[2] - start, 0, line.positions(outputs));
            var tile =
                    new WindowTile(
                            fold,
                            rows,
                            outputs,
                            axis(shape, 1),
                            line,
                            Math.min(end, Math.max(0, -start)),
                            end,
                            shape.channels() < lanes,
                            epilogue.program());
            var last = result.isEmpty() ? null : result.getLast();
            if (last != null && last.tile.equals(tile)) {
                result.set(result.size() - 1, new Tiles(tile, last.first, last.count + 1));
            } else {
                result.add(new Tiles(tile, first, 1));
            }
        }
        return result.toArray(Tiles[]::new);
    }

    /// The weights of each vector of channels: all taps in order, of each of them so many channels.
    /// The last vector has the last channels, whether others have them too or not; the only one is
    /// filled up with zeros.
    ///
    /// @param weights `[channels, taps]`
    /// @throws IllegalStateException where there is no machine code
    public static float[] pack(float[] weights, int channels) {
        int lanes = VectorLevel.required().lanes();
        int taps = weights.length / channels;
        int vectors = Math.ceilDiv(channels, lanes);
        var packed = new float[vectors * taps * lanes];
        for (int v = 0; v < vectors; v++) {
            int first = Math.max(0, Math.min(v * lanes, channels - lanes));
            for (int t = 0; t < taps; t++) {
                int to = (v * taps + t) * lanes;
                for (int i = 0; i < Math.min(lanes, channels); i++) {
                    packed[to + i] = weights[(first + i) * taps + t];
                }
            }
        }
        return packed;
    }

    /// How many bands the outputs of all images have. A band is a row of outputs, or some rows that
    /// are computed together; bands follow one another.
    public long bands() {
        return (long) shape.images() * bands.length;
    }

    /// Bands with about so many outputs, at least one.
    public int bandsOf(int outputs) {
        long band = (long) several[0].tile.rows() * shape.output()[2] * shape.channels();
        return Math.clamp(outputs / Math.max(1, band), 1, outputs);
    }

    /// The first row of a band, counted from the first image on; behind the last band the number of
    /// all rows.
    public long firstRow(long band) {
        long image = band / bands.length;
        return image * shape.output()[1] + bands[(int) (band % bands.length)].row;
    }

    /// Folds the windows of a band.
    ///
    /// @param x the address of the first image
    /// @param y the address of the first of the band's rows of outputs
    /// @param table the address of the weights, or of the divisors of an image; 0 for [Fold#MAX]
    public void fold(long x, long y, long index, long table) {
        var band = bands[(int) (index % bands.length)];
        long image = index / bands.length * shape.inputSize() * pixelBytes();
        long divisors = fold == Fold.MEAN ? (long) band.row * shape.output()[2] * Float.BYTES : 0;
        row(band.rows == 1 ? single : several, x + image, y, band.row, table + divisors);
    }

    private long pixelBytes() {
        return (long) shape.channels() * Float.BYTES;
    }

    /// Folds the windows of one row of tiles.
    private void row(Tiles[] tiles, long x, long y, int row, long table) {
        long pixel = pixelBytes();
        int start = row * shape.stride()[1] - shape.before()[1];
        int firstLine = shape.firstTap(1, start);
        int line = start + firstLine * shape.dilation()[1];
        long lineBytes = shape.input()[2] * pixel;
        long vectorBytes = (long) lanes * Float.BYTES;
        long taps = shape.kernel()[2];
        for (var part : tiles) {
            boolean isSingle = part.tile.rows() == 1;
            int column = part.first * shape.stride()[2] - shape.before()[2];
            fold(
                    part,
                    x + line * lineBytes + column * pixel,
                    y + part.first * pixel,
                    switch (fold) {
                        case PRODUCT -> table + firstLine * taps * vectorBytes;
                        case MEAN -> table + (long) part.first * Float.BYTES;
                        case MAX -> 0;
                    },
                    isSingle ? shape.covered(1, row) : shape.output()[2] * pixel,
                    isSingle ? lineBytes * shape.dilation()[1] : lineBytes);
        }
    }

    /// All channels of some tiles, the last ones once more where they do not fill a vector.
    ///
    /// @param lines as [WindowCode] wants them
    private void fold(Tiles tiles, long from, long to, long numbers, long lines, long lineBytes) {
        var routine = tiles.routine;
        long pixel = pixelBytes();
        int channels = shape.channels();
        int vectors = channels / lanes;
        int narrowOrVectors = vectors == 0 ? channels : vectors;
        long results = epilogue.results();
        routine.call(from, to, numbers, lines, lineBytes, results, tiles.count, narrowOrVectors);
        if (vectors > 0 && channels % lanes > 0) {
            long back = pixel - (long) lanes * Float.BYTES;
            long done = (long) vectors * shape.taps() * lanes * Float.BYTES;
            long weights = fold == Fold.PRODUCT ? done : 0;
            long first = (long) channels - lanes;
            routine.call(
                    from + back,
                    to + back,
                    numbers + weights,
                    lines,
                    lineBytes,
                    results,
                    tiles.count,
                    first << Integer.SIZE | 1);
        }
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.elementwise.EpilogueProgram;
import dev.tenon.kernels.gemm.emitted.RunPanels;
import dev.tenon.kernels.gemm.emitted.RunProduct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// The windows of some channels-last positions as rows of runs: of the channels of each tap or,
/// where taps lie next to each other in memory, of all taps of a line of the window. Runs in the
/// padding are runs of zeros; lines that are partly in the padding are copied.
///
/// One thread at a time finds where they are, each time anew.
final class WindowRuns {
    /// With more channels than this, nothing is won by joining taps.
    private static final int MAX_JOINED_CHANNELS = 32;

    private final ConvShape shape;
    private final boolean joined;
    private final MemorySegment x;
    private final long zeros;
    private final int firstChannel;
    private final int first;
    private final int count;
    private final RunProduct product;
    private final int runs;

    /// How many positions have lines that are partly in the padding.
    private final int atEdges;

    private MemorySegment copies = MemorySegment.NULL;
    private long copied;

    /// @param x the whole input, native
    /// @param zeros where as many zeros are as a run has numbers
    /// @param first the first position; those of all images follow one another
    /// @param count of positions
    /// @param epilogue what is done to the products
    WindowRuns(
            ConvShape shape,
            MemorySegment x,
            long zeros,
            int group,
            int first,
            int count,
            RunPanels weights,
            EpilogueProgram epilogue) {
        this.shape = shape;
        this.joined = joinsTaps(shape.channels(), shape.groups(), shape.dilation());
        this.x = x;
        this.zeros = zeros;
        this.firstChannel = group * shape.channelsPerGroup();
        this.first = first;
        this.count = count;
        this.product = new RunProduct(weights, count, epilogue);
        this.runs = weights.runs();
        int edges = 0;
        for (int i = 0; i < count; i++) {
            int column = column(first + i);
            edges += column < 0 || column + shape.kernel()[2] > shape.input()[2] ? 1 : 0;
        }
        atEdges = edges;
    }

    /// Whether the taps of a line are one run.
    static boolean joinsTaps(int channels, int groups, int[] dilation) {
        return groups == 1 && dilation[2] == 1 && channels <= MAX_JOINED_CHANNELS;
    }

    /// The column of a position's first tap.
    private int column(int position) {
        return position % shape.output()[2] * shape.stride()[2] - shape.before()[2];
    }

    /// The product of these windows with some columns of the weights, as [RunProduct#multiply].
    void multiply(RunProduct.Results to, int panel, int columns) {
        try (var arrays = Scratch.open();
                var memory = NativeScratch.open()) {
            var pointers = memory.floats(2L * product.pointers());
            if (joined) {
                copies = memory.floats((long) atEdges * shape.taps() * shape.channels());
                copied = 0;
            }
            point(pointers, arrays);
            product.multiply(pointers.address(), to, panel, columns);
            Reference.reachabilityFence(pointers);
            Reference.reachabilityFence(copies);
        }
        Reference.reachabilityFence(x);
    }

    /// Finds where the runs are.
    private void point(MemorySegment pointers, Scratch arrays) {
        // Where the first tap of each position is; beyond the input in the padding.
        var address = arrays.longs(count);
        var plane = arrays.ints(count);
        var line = arrays.ints(count);
        place(address, plane, line);
        var all = arrays.longs(product.pointers());
        int[] kernel = shape.kernel();
        int columns = joined ? 1 : kernel[2];
        for (int run = 0; run < runs; run++) {
            int planes = run / columns / kernel[1] * shape.dilation()[0];
            int lines = run / columns % kernel[1] * shape.dilation()[1];
            point(all, run, address, plane, planes, line, lines);
        }
        MemorySegment.copy(all, 0, pointers, ValueLayout.JAVA_LONG, 0, product.pointers());
    }

    /// Finds the first tap of each position.
    private void place(long[] address, int[] plane, int[] line) {
        int[] input = shape.input();
        int[] output = shape.output();
        int[] stride = shape.stride();
        int[] before = shape.before();
        for (int i = 0; i < count; i++) {
            int position = (first + i) % shape.outputSize();
            plane[i] = position / (output[1] * output[2]) * stride[0] - before[0];
            line[i] = position / output[2] % output[1] * stride[1] - before[1];
            long plane0 = (long) (first + i) / shape.outputSize() * input[0] + plane[i];
            long element = (plane0 * input[1] + line[i]) * input[2] + column(position);
            address[i] = x.address() + (element * shape.channels() + firstChannel) * Float.BYTES;
        }
    }

    /// Sets the pointers of one run.
    ///
    /// @param plane of the first tap of each position
    /// @param planes from the first tap to the run's first
    private void point(
            long[] pointers,
            int run,
            long[] address,
            int[] plane,
            int planes,
            int[] line,
            int lines) {
        int columns = joined ? 0 : run % shape.kernel()[2] * shape.dilation()[2];
        int depth = shape.input()[0];
        int height = shape.input()[1];
        int last = shape.input()[2] - (joined ? shape.kernel()[2] : 1);
        long pixels = ((long) planes * height + lines) * shape.input()[2] + columns;
        long distance = pixels * shape.channels() * Float.BYTES;
        int rows;
        for (int row = 0; (rows = product.heights().at(row)) > 0; row += rows) {
            int slot = product.slot(run, row, rows);
            for (int i = row; i < row + rows; i++) {
                int z = plane[i] + planes;
                int y = line[i] + lines;
                int x = column(first + i) + columns;
                boolean real = z >= 0 && z < depth && y >= 0 && y < height;
                pointers[slot + i - row] =
                        real && x >= 0 && x <= last
                                ? address[i] + distance
                                : real && joined ? copy(address[i] + distance, x) : zeros;
            }
        }
    }

    /// Copies a line of a window that is partly in the padding.
    ///
    /// @param start where the line begins
    /// @param from its first column
    private long copy(long start, int from) {
        int width = shape.kernel()[2];
        int begin = Math.max(from, 0);
        int end = Math.min(from + width, shape.input()[2]);
        if (begin >= end) {
            return zeros;
        }
        long bytes = (long) shape.channels() * Float.BYTES;
        long at = copied;
        copied += width * bytes;
        Memory.clear(copies, at, width * bytes);
        MemorySegment.copy(
                x,
                start - x.address() + (begin - from) * bytes,
                copies,
                at + (begin - from) * bytes,
                (end - begin) * bytes);
        return copies.address() + at;
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.gemm.emitted.Heights;
import dev.tenon.kernels.gemm.emitted.RunPanels;
import dev.tenon.kernels.gemm.emitted.RunProduct;
import java.lang.foreign.MemorySegment;

/// The windows of some channels-last positions as rows of runs: of the channels of each tap or,
/// where taps lie next to each other in memory, of all taps of a line of the window. Runs in the
/// padding are runs of zeros; lines that are partly in the padding are copied.
final class WindowRuns {
    /// With more channels than this, nothing is won by joining taps.
    private static final int MAX_JOINED_CHANNELS = 32;

    private final ConvShape shape;
    private final boolean joined;
    private final MemorySegment x;
    private final long zeros;
    private final int first;
    private final int count;
    // Where the first tap of each position is; beyond the input in the padding.
    private final long[] address;
    private final int[] plane;
    private final int[] line;
    private final int[] column;
    private final MemorySegment copies;
    private long copied;

    /// @param x the whole input, native
    /// @param zeros where as many zeros are as a run has numbers
    /// @param first the first position; those of all images follow one another
    /// @param count of positions
    WindowRuns(
            ConvShape shape,
            MemorySegment x,
            long zeros,
            int group,
            int first,
            int count,
            Scratch arrays,
            NativeScratch memory) {
        this.shape = shape;
        this.joined = joinsTaps(shape.channels(), shape.groups(), shape.dilation());
        this.x = x;
        this.zeros = zeros;
        this.first = first;
        this.count = count;
        address = arrays.longs(count);
        plane = arrays.ints(count);
        line = arrays.ints(count);
        column = arrays.ints(count);
        int atEdges = place(group * shape.channelsPerGroup());
        copies =
                joined
                        ? memory.floats((long) atEdges * shape.taps() * shape.channels())
                        : MemorySegment.NULL;
    }

    /// Whether the taps of a line are one run.
    static boolean joinsTaps(int channels, int groups, int[] dilation) {
        return groups == 1 && dilation[2] == 1 && channels <= MAX_JOINED_CHANNELS;
    }

    /// Finds the first tap of each position.
    ///
    /// @return how many positions have lines that are partly in the padding
    private int place(int firstChannel) {
        int[] input = shape.input();
        int[] output = shape.output();
        int[] stride = shape.stride();
        int[] before = shape.before();
        int atEdges = 0;
        for (int i = 0; i < count; i++) {
            int position = (first + i) % shape.outputSize();
            plane[i] = position / (output[1] * output[2]) * stride[0] - before[0];
            line[i] = position / output[2] % output[1] * stride[1] - before[1];
            column[i] = position % output[2] * stride[2] - before[2];
            long plane0 = (long) (first + i) / shape.outputSize() * input[0] + plane[i];
            long element = (plane0 * input[1] + line[i]) * input[2] + column[i];
            address[i] = x.address() + (element * shape.channels() + firstChannel) * Float.BYTES;
            if (column[i] < 0 || column[i] + shape.kernel()[2] > shape.input()[2]) {
                atEdges++;
            }
        }
        return atEdges;
    }

    /// The product of these windows with the weights of the group.
    RunProduct product(RunPanels weights, Scratch arrays, NativeScratch memory) {
        var pointers = arrays.longs(count * weights.runs());
        int[] kernel = shape.kernel();
        int columns = joined ? 1 : kernel[2];
        for (int run = 0; run < weights.runs(); run++) {
            fill(
                    pointers,
                    RunProduct.Slots.of(weights, count, run),
                    run / columns / kernel[1] * shape.dilation()[0],
                    run / columns % kernel[1] * shape.dilation()[1],
                    run % columns * shape.dilation()[2]);
        }
        return RunProduct.of(weights, pointers, count, memory);
    }

    /// Sets the addresses of one run.
    ///
    /// @param planes from the first tap to the run's first
    /// @param lines likewise
    /// @param columns likewise
    private void fill(long[] pointers, RunProduct.Slots slots, int planes, int lines, int columns) {
        int depth = shape.input()[0];
        int height = shape.input()[1];
        int last = shape.input()[2] - (joined ? shape.kernel()[2] : 1);
        long pixels = ((long) planes * height + lines) * shape.input()[2] + columns;
        long distance = pixels * shape.channels() * Float.BYTES;
        var heights = Heights.of(count);
        int rows;
        for (int row = 0; (rows = heights.at(row)) > 0; row += rows) {
            int slot = slots.of(row, rows);
            for (int i = row; i < row + rows; i++) {
                int z = plane[i] + planes;
                int y = line[i] + lines;
                int x = column[i] + columns;
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
        copies.asSlice(at, width * bytes).fill((byte) 0);
        MemorySegment.copy(
                x,
                start - x.address() + (begin - from) * bytes,
                copies,
                at + (begin - from) * bytes,
                (end - begin) * bytes);
        return copies.address() + at;
    }
}

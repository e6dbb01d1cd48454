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
    private final int firstChannel;
    private final int first;
    private final int count;
    private final int[] image;
    // Where the first tap is.
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
        this.firstChannel = group * shape.channelsPerGroup();
        this.first = first;
        this.count = count;
        image = arrays.ints(count);
        plane = arrays.ints(count);
        line = arrays.ints(count);
        column = arrays.ints(count);
        int atEdges = place();
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
    private int place() {
        int[] output = shape.output();
        int[] stride = shape.stride();
        int[] before = shape.before();
        int atEdges = 0;
        for (int i = 0; i < count; i++) {
            int position = (first + i) % shape.outputSize();
            image[i] = (first + i) / shape.outputSize();
            plane[i] = position / (output[1] * output[2]) * stride[0] - before[0];
            line[i] = position / output[2] % output[1] * stride[1] - before[1];
            column[i] = position % output[2] * stride[2] - before[2];
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
        var heights = Heights.of(count);
        int height;
        for (int row = 0; (height = heights.at(row)) > 0; row += height) {
            int run = 0;
            for (int z = 0; z < kernel[0]; z++) {
                for (int y = 0; y < kernel[1]; y++) {
                    for (int x = 0; x < columns; x++) {
                        int slot = RunProduct.slot(weights, count, row, height, run++);
                        for (int i = 0; i < height; i++) {
                            pointers[slot + i] = address(row + i, z, y, x);
                        }
                    }
                }
            }
        }
        return RunProduct.of(weights, pointers, count, memory);
    }

    /// Where the run of a tap begins.
    private long address(int i, int tapPlane, int tapLine, int tapColumn) {
        int[] input = shape.input();
        int[] dilation = shape.dilation();
        int z = plane[i] + tapPlane * dilation[0];
        int y = line[i] + tapLine * dilation[1];
        int from = column[i] + tapColumn * dilation[2];
        int width = joined ? shape.kernel()[2] : 1;
        if (z < 0 || z >= input[0] || y < 0 || y >= input[1]) {
            return zeros;
        }
        long lines = ((long) image[i] * input[0] + z) * input[1] + y;
        if (from >= 0 && from + width <= input[2]) {
            long element = (lines * input[2] + from) * shape.channels() + firstChannel;
            return x.address() + element * Float.BYTES;
        }
        int begin = Math.max(from, 0);
        int end = Math.min(from + width, input[2]);
        return begin >= end ? zeros : copy(lines * input[2], from, begin, end);
    }

    /// Copies a line of a window that is partly in the padding.
    ///
    /// @param start of the line of the input, in positions
    /// @param from the window's first column; the columns `begin … end-1` exist
    private long copy(long start, int from, int begin, int end) {
        long bytes = (long) shape.channels() * Float.BYTES;
        long at = copied;
        copied += shape.kernel()[2] * bytes;
        copies.asSlice(at, shape.kernel()[2] * bytes).fill((byte) 0);
        MemorySegment.copy(
                x,
                (start + begin) * bytes,
                copies,
                at + (begin - from) * bytes,
                (end - begin) * bytes);
        return copies.address() + at;
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.kernels.Memory;
import dev.tenon.kernels.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The part of a channel that some positions of a window read, padding included, as an array.
final class PaddedChannel {
    private final ConvShape shape;
    private final int firstPlane;
    private final int firstRow;
    private final int planes;
    private final int rows;
    private final int width;
    private final float[] elements;

    /// @param from the first position, `to` the one after the last
    PaddedChannel(ConvShape shape, int from, int to, Scratch scratch) {
        this.shape = shape;
        int[] output = shape.output();
        int plane = output[1] * output[2];
        int z0 = from / plane;
        int z1 = (to - 1) / plane;
        int y0 = z0 == z1 ? from / output[2] % output[1] : 0;
        int y1 = z0 == z1 ? (to - 1) / output[2] % output[1] : output[1] - 1;
        firstPlane = z0 * shape.stride()[0] - shape.before()[0];
        firstRow = y0 * shape.stride()[1] - shape.before()[1];
        planes = (z1 - z0) * shape.stride()[0] + shape.span(0);
        rows = (y1 - y0) * shape.stride()[1] + shape.span(1);
        width = (output[2] - 1) * shape.stride()[2] + shape.span(2);
        elements = scratch.floats(Math.multiplyExact(Math.multiplyExact(planes, rows), width));
    }

    /// Elements of a row, padding included.
    int width() {
        return width;
    }

    float[] elements() {
        return elements;
    }

    /// Reads a channel that begins at an offset of the memory.
    void load(MemorySegment x, long offset) {
        int[] input = shape.input();
        int left = Math.min(shape.before()[2], width);
        int count = Math.max(0, Math.min(input[2], width - left));
        for (int p = 0; p < planes; p++) {
            for (int r = 0; r < rows; r++) {
                int z = firstPlane + p;
                int y = firstRow + r;
                int at = (p * rows + r) * width;
                if (z < 0 || z >= input[0] || y < 0 || y >= input[1]) {
                    Arrays.fill(elements, at, at + width, 0);
                    continue;
                }
                Arrays.fill(elements, at, at + left, 0);
                Memory.load(
                        x,
                        offset + ((long) z * input[1] + y) * input[2],
                        elements,
                        at + left,
                        count);
                Arrays.fill(elements, at + left + count, at + width, 0);
            }
        }
    }

    /// Where the element is that a tap reads at the first position of an output row.
    int index(int z, int y, int[] tap) {
        int plane =
                z * shape.stride()[0]
                        + tap[0] * shape.dilation()[0]
                        - shape.before()[0]
                        - firstPlane;
        int row =
                y * shape.stride()[1] + tap[1] * shape.dilation()[1] - shape.before()[1] - firstRow;
        return (plane * rows + row) * width + tap[2] * shape.dilation()[2];
    }

    /// Copies what a tap reads at the positions `from … to`.
    void gather(int[] tap, int from, int to, float[] row) {
        int[] output = shape.output();
        int stride = shape.stride()[2];
        int position = from;
        while (position < to) {
            int x = position % output[2];
            int y = position / output[2] % output[1];
            int z = position / output[2] / output[1];
            int count = Math.min(output[2] - x, to - position);
            int source = index(z, y, tap) + x * stride;
            int at = position - from;
            if (stride == 1) {
                System.arraycopy(elements, source, row, at, count);
            } else {
                for (int j = 0; j < count; j++) {
                    row[at + j] = elements[source + j * stride];
                }
            }
            position += count;
        }
    }
}

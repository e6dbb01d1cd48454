package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import dev.tenon.kernels.NativeScratch;

import java.lang.foreign.MemorySegment;

/// The lines of an image that some rows of windows read, padding included. With the channels last a
/// line is one run of all channels of all columns; with the channels first it is a run for each
/// channel.
///
/// @param rows of windows
/// @param memory line after line
record NarrowLines(ConvShape shape, Layout layout, int rows, MemorySegment memory) {
    /// Room that lasts as long as the scope.
    static NarrowLines of(ConvShape shape, Layout layout, int rows, NativeScratch scratch) {
        long lines = (rows - 1L) * shape.stride()[1] + shape.span(1);
        long floats = lines * shape.channels() * columns(shape);
        return new NarrowLines(shape, layout, rows, scratch.floats(floats));
    }

    /// Columns that the windows of a row read.
    private static int columns(ConvShape shape) {
        return (shape.output()[2] - 1) * shape.stride()[2] + shape.kernel()[2];
    }

    /// Numbers of a window that lie side by side.
    int run() {
        int width = shape.kernel()[2];
        return layout == Layout.CHANNELS_LAST ? width * shape.channels() : width;
    }

    /// Runs of a window.
    int runs() {
        return layout == Layout.CHANNELS_LAST
                ? shape.kernel()[1]
                : shape.kernel()[1] * shape.channels();
    }

    /// From window to window of a row, in numbers.
    int step() {
        int stride = shape.stride()[2];
        return layout == Layout.CHANNELS_LAST ? stride * shape.channels() : stride;
    }

    /// From run to run of a window.
    long lineBytes() {
        long columns = (long) columns(shape) * Float.BYTES;
        return layout == Layout.CHANNELS_LAST ? columns * shape.channels() : columns;
    }

    /// Where the first window of a row begins.
    long address(int row) {
        long line = (long) columns(shape) * shape.channels() * Float.BYTES;
        return memory.address() + (long) row * shape.stride()[1] * line;
    }

    /// Reads what the rows of windows from one on read of an image.
    void load(MemorySegment x, int image, int row) {
        boolean last = layout == Layout.CHANNELS_LAST;
        int pieces = last ? 1 : shape.channels();
        int numbers = last ? shape.channels() : 1;
        int columns = columns(shape);
        int height = shape.input()[1];
        int lines = (rows - 1) * shape.stride()[1] + shape.span(1);
        int first = row * shape.stride()[1] - shape.before()[1];
        int before = Math.min(shape.before()[2], columns);
        long bytes = (long) Math.min(shape.input()[2], columns - before) * numbers * Float.BYTES;
        memory.fill((byte) 0);
        for (int line = Math.max(0, first); line < Math.min(height, first + lines); line++) {
            for (int piece = 0; piece < pieces; piece++) {
                long plane = ((long) image * pieces + piece) * height + line;
                long from = plane * shape.input()[2] * numbers;
                long to = ((line - first) * (long) pieces + piece) * columns + before;
                MemorySegment.copy(
                        x, from * Float.BYTES, memory, to * numbers * Float.BYTES, bytes);
            }
        }
    }
}

package dev.tenon.kernels.conv;

import dev.tenon.base.Layout;
import java.lang.foreign.MemorySegment;

/// The lines of an image that some rows of windows read, padding included. With the channels last a
/// line is one run of all channels of all columns; with the channels first it is a run for each
/// channel.
record NarrowLines(ConvShape shape, Layout layout) {
    /// The numbers that some rows of windows read.
    long size(int rows) {
        return (long) lines(rows) * shape.channels() * columns();
    }

    private int lines(int rows) {
        return (rows - 1) * shape.stride()[1] + shape.span(1);
    }

    /// Columns that the windows of a row read.
    private int columns() {
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
        long columns = (long) columns() * Float.BYTES;
        return layout == Layout.CHANNELS_LAST ? columns * shape.channels() : columns;
    }

    /// From the first window of a row to that of the next.
    long rowStep() {
        long line = (long) columns() * shape.channels() * Float.BYTES;
        return shape.stride()[1] * line;
    }

    /// Reads what some rows of windows of an image read.
    ///
    /// @param row the first
    /// @param memory takes line after line
    void load(MemorySegment x, int image, int row, int rows, MemorySegment memory) {
        boolean last = layout == Layout.CHANNELS_LAST;
        int pieces = last ? 1 : shape.channels();
        int numbers = last ? shape.channels() : 1;
        int columns = columns();
        int height = shape.input()[1];
        int lines = lines(rows);
        int first = row * shape.stride()[1] - shape.before()[1];
        int before = Math.min(shape.before()[2], columns);
        long bytes = (long) Math.min(shape.input()[2], columns - before) * numbers * Float.BYTES;
        memory.fill((byte) 0);
        for (int line = Math.max(0, first); line < Math.min(height, first + lines); line++) {
            for (int piece = 0; piece < pieces; piece++) {
                long plane = ((long) image * pieces + piece) * height + line;
                long from = plane * shape.input()[2] * numbers * Float.BYTES;
                long to = ((line - first) * (long) pieces + piece) * columns + before;
                MemorySegment.copy(x, from, memory, to * numbers * Float.BYTES, bytes);
            }
        }
    }
}

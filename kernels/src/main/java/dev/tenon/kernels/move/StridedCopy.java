package dev.tenon.kernels.move;

import dev.tenon.kernels.Scratch;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;

/// Copies a block of elements between layouts: what transposing, slicing, joining, repeating and
/// padding come to. Offsets and strides count elements; strides may be 0 or negative in the source.
public final class StridedCopy {
    /// Bytes that one chunk of work copies at least.
    private static final int GRAIN = 1 << 16;

    private static final int TILE = 32;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final MemorySegment from;
    private final MemorySegment to;
    private final int width;
    private final long fromOffset;
    private final long toOffset;
    private final long[] dims;
    private final long[] fromStrides;
    private final long[] toStrides;

    private StridedCopy(Place from, Place to, long[] dims, int width) {
        this.from = from.memory();
        this.to = to.memory();
        this.width = width;
        this.fromOffset = from.offset();
        this.toOffset = to.offset();
        var kept = new ArrayList<long[]>();
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] == 1) {
                continue;
            }
            var last = kept.isEmpty() ? null : kept.getLast();
            if (last != null
                    && last[1] == from.strides()[axis] * dims[axis]
                    && last[2] == to.strides()[axis] * dims[axis]) {
                last[0] *= dims[axis];
                last[1] = from.strides()[axis];
                last[2] = to.strides()[axis];
            } else {
                kept.add(new long[] {dims[axis], from.strides()[axis], to.strides()[axis]});
            }
        }
        if (kept.isEmpty()) {
            kept.add(new long[] {1, 1, 1});
        }
        this.dims = kept.stream().mapToLong(k -> k[0]).toArray();
        this.fromStrides = kept.stream().mapToLong(k -> k[1]).toArray();
        this.toStrides = kept.stream().mapToLong(k -> k[2]).toArray();
    }

    /// Where elements lie.
    public record Place(MemorySegment memory, long offset, long[] strides) {
        /// A dense row-major tensor.
        public static Place dense(MemorySegment memory, long[] dims) {
            return new Place(memory, 0, rowMajor(dims));
        }
    }

    /// The strides of a dense row-major tensor.
    public static long[] rowMajor(long[] dims) {
        var strides = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dims[i];
        }
        return strides;
    }

    /// Copies a block of the given extents.
    ///
    /// @param width bytes of an element: 1, 2, 4, 8 or 16
    public static void copy(Place from, Place to, long[] dims, int width, Workers workers) {
        for (long dim : dims) {
            if (dim == 0) {
                return;
            }
        }
        new StridedCopy(from, to, dims, width).run(workers);
    }

    private void run(Workers workers) {
        int last = dims.length - 1;
        boolean blocks = fromStrides[last] == 1 && toStrides[last] == 1;
        int innerAxes = blocks || !isTransposed() ? 1 : 2;
        long outer = 1;
        for (int i = 0; i <= last - innerAxes; i++) {
            outer *= dims[i];
        }
        long inner = 1;
        for (int i = last - innerAxes + 1; i <= last; i++) {
            inner *= dims[i];
        }
        int grain = Math.clamp(GRAIN / (inner * width), 1, 1 << 20);
        workers.forRanges(
                outer,
                grain,
                (start, count) -> {
                    var index = new long[dims.length];
                    for (long i = start; i < start + count; i++) {
                        long source = fromOffset;
                        long target = toOffset;
                        long rest = i;
                        for (int axis = last - innerAxes; axis >= 0; axis--) {
                            index[axis] = rest % dims[axis];
                            rest /= dims[axis];
                            source += index[axis] * fromStrides[axis];
                            target += index[axis] * toStrides[axis];
                        }
                        if (blocks) {
                            MemorySegment.copy(
                                    from, source * width, to, target * width, dims[last] * width);
                        } else if (innerAxes == 2) {
                            transpose(source, target);
                        } else {
                            line(source, target);
                        }
                    }
                });
    }

    /// Whether the last two axes are dense the other way round in the source.
    private boolean isTransposed() {
        int last = dims.length - 1;
        return last > 0 && width == 4 && toStrides[last] == 1 && fromStrides[last - 1] == 1;
    }

    private void line(long source, long target) {
        int last = dims.length - 1;
        long s = fromStrides[last] * width;
        long t = toStrides[last] * width;
        long a = source * width;
        long b = target * width;
        long n = dims[last];
        switch (width) {
            case 1 -> {
                for (long i = 0; i < n; i++) {
                    to.set(
                            ValueLayout.JAVA_BYTE,
                            b + i * t,
                            from.get(ValueLayout.JAVA_BYTE, a + i * s));
                }
            }
            case 2 -> {
                for (long i = 0; i < n; i++) {
                    to.set(SHORT, b + i * t, from.get(SHORT, a + i * s));
                }
            }
            case 4 -> {
                for (long i = 0; i < n; i++) {
                    to.set(INT, b + i * t, from.get(INT, a + i * s));
                }
            }
            case 8 -> {
                for (long i = 0; i < n; i++) {
                    to.set(LONG, b + i * t, from.get(LONG, a + i * s));
                }
            }
            default -> {
                for (long i = 0; i < n; i++) {
                    MemorySegment.copy(from, a + i * s, to, b + i * t, width);
                }
            }
        }
    }

    /// The last two axes in tiles, through arrays.
    private void transpose(long source, long target) {
        int last = dims.length - 1;
        int rows = (int) dims[last - 1];
        int columns = (int) dims[last];
        try (var scratch = Scratch.open()) {
            var in = new int[TILE][];
            for (int i = 0; i < TILE; i++) {
                in[i] = scratch.ints(TILE);
            }
            var out = scratch.ints(TILE);
            for (int c = 0; c < columns; c += TILE) {
                int width = Math.min(TILE, columns - c);
                for (int r = 0; r < rows; r += TILE) {
                    int height = Math.min(TILE, rows - r);
                    for (int j = 0; j < width; j++) {
                        long at = source + (c + j) * fromStrides[last] + r;
                        MemorySegment.copy(from, INT, at * 4, in[j], 0, height);
                    }
                    for (int i = 0; i < height; i++) {
                        for (int j = 0; j < width; j++) {
                            out[j] = in[j][i];
                        }
                        long at = target + (r + i) * toStrides[last - 1] + c;
                        MemorySegment.copy(out, 0, to, INT, at * 4, width);
                    }
                }
            }
        }
    }
}

package dev.tenon.kernels.move;

import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.emitted.Addresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;

/// Copies a block of elements between layouts: what transposing, slicing, joining, repeating and
/// padding come to. Offsets and strides count elements; strides may be 0 or negative in the source.
public final class StridedCopy {
    /// Bytes that one chunk of work copies, about.
    private static final int GRAIN = 1 << 16;

    /// Longer rows are copied one by one.
    private static final int MAX_ROW_BYTES = 1 << 12;

    /// Columns of a piece of a transposition at least: a line of the cache.
    private static final long MIN_PIECE = 16;

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
    public static Work of(Place from, Place to, long[] dims, int width) {
        for (long dim : dims) {
            if (dim == 0) {
                return Work.NONE;
            }
        }
        return new StridedCopy(from, to, dims, width).work();
    }

    /// Copies such a block once.
    public static void copy(Place from, Place to, long[] dims, int width, Workers workers) {
        of(from, to, dims, width).run(workers);
    }

    private Work work() {
        int last = dims.length - 1;
        long bytes = dims[last] * width;
        if (fromStrides[last] == 1 && toStrides[last] == 1) {
            return last > 0
                            && bytes <= MAX_ROW_BYTES
                            && bytes >= RowCopyCode.MIN_BYTES
                            && isNative()
                    ? rows()
                    : ofPieces(last, GRAIN / width, this::copy);
        }
        int dense = toStrides[last] == 1 && width == Integer.BYTES ? denseAxis() : -1;
        return dense >= 0 ? transposed(dense) : ofPieces(last, GRAIN / width, this::line);
    }

    /// Neighbouring elements.
    private void copy(long source, long target, long n) {
        MemorySegment.copy(from, source * width, to, target * width, n * width);
    }

    private boolean isNative() {
        return MoveRoutines.AVAILABLE && from.isNative() && to.isNative();
    }

    /// The axis along which the source is dense; -1 when there is none.
    private int denseAxis() {
        for (int axis = dims.length - 2; axis >= 0; axis--) {
            if (fromStrides[axis] == 1) {
                return axis;
            }
        }
        return -1;
    }

    /// Where an element of native memory is.
    private long address(MemorySegment memory, long offset, long[] strides) {
        long least = offset;
        long most = offset;
        for (int axis = 0; axis < dims.length; axis++) {
            least += Math.min(0, (dims[axis] - 1) * strides[axis]);
            most += Math.max(0, (dims[axis] - 1) * strides[axis]);
        }
        return Addresses.ofBytes(memory, least * width, (most - least + 1) * width)
                + (offset - least) * width;
    }

    private Work rows() {
        int last = dims.length - 1;
        long bytes = dims[last] * width;
        var routine = MoveRoutines.rows(bytes, false);
        long start = address(from, fromOffset, fromStrides) - fromOffset * width;
        long goal = address(to, toOffset, toStrides) - toOffset * width;
        long fromBytes = fromStrides[last - 1] * width;
        long toBytes = toStrides[last - 1] * width;
        return ofPieces(
                last - 1,
                Math.max(1, GRAIN / bytes),
                (source, target, n) ->
                        routine.call(
                                start + source * width,
                                goal + target * width,
                                fromBytes,
                                toBytes,
                                n,
                                bytes,
                                0,
                                0),
                last);
    }

    /// Transposes the last axis and one along which the source is dense.
    private Work transposed(int dense) {
        int last = dims.length - 1;
        long piece = Math.max(MIN_PIECE, GRAIN / width / dims[last] & -MIN_PIECE);
        if (!isNative()) {
            var tiles =
                    new JavaTranspose(from, to, dims[last], fromStrides[last], toStrides[dense]);
            return ofPieces(dense, piece, tiles::run, last);
        }
        boolean overwritten = toStrides[dense] == dims[last] || dims[last] == FewRowsCode.MAX_ROWS;
        if (dims[last] >= FewRowsCode.MIN_ROWS
                && dims[last] <= FewRowsCode.MAX_ROWS
                && dims[dense] >= FewRowsCode.UNIT
                && overwritten) {
            return fewRows(dense);
        }
        long start = address(from, fromOffset, fromStrides) - fromOffset * width;
        long goal = address(to, toOffset, toStrides) - toOffset * width;
        return ofPieces(
                dense,
                piece,
                (source, target, n) ->
                        MoveRoutines.transpose(dims[last], n)
                                .call(
                                        start + source * width,
                                        goal + target * width,
                                        fromStrides[last] * width,
                                        toStrides[dense] * width,
                                        dims[last],
                                        n,
                                        0,
                                        0),
                last);
    }

    /// As [#transposed] where the last axis is short: several matrices at once, or one in pieces.
    private Work fewRows(int dense) {
        int last = dims.length - 1;
        var routine = MoveRoutines.fewRows((int) dims[last]);
        long start = address(from, fromOffset, fromStrides) - fromOffset * width;
        long goal = address(to, toOffset, toStrides) - toOffset * width;
        long fromBytes = fromStrides[last] * width;
        long toBytes = toStrides[dense] * width;
        long bytes = dims[dense] * dims[last] * width;
        int matrices = dense == last - 1 ? last - 2 : last - 1;
        if (matrices < 0 || bytes > GRAIN) {
            long pieces = Math.ceilDiv(bytes, GRAIN);
            long piece = Math.max(FewRowsCode.UNIT, dims[dense] / pieces & -FewRowsCode.UNIT);
            return ofPieces(
                    dense,
                    piece,
                    (source, target, n) -> {
                        long f = start + source * width;
                        long t = goal + target * width;
                        if (n < FewRowsCode.UNIT) {
                            MoveRoutines.transpose(dims[last], n)
                                    .call(f, t, fromBytes, toBytes, dims[last], n, 0, 0);
                        } else {
                            routine.call(f, t, fromBytes, toBytes, n, 1, 0, 0);
                        }
                    },
                    last);
        }
        return ofPieces(
                matrices,
                Math.max(1, GRAIN / bytes),
                (source, target, n) ->
                        routine.call(
                                start + source * width,
                                goal + target * width,
                                fromBytes,
                                toBytes,
                                dims[dense],
                                n,
                                fromStrides[matrices] * width,
                                toStrides[matrices] * width),
                last,
                dense);
    }

    /// Copies a piece of some axes whose first elements are at `source` and `target`.
    private interface Piece {
        void copy(long source, long target, long count);
    }

    /// Goes over all axes but some, and over pieces of one of these.
    ///
    /// @param cut the axis that is cut
    /// @param whole other axes that every piece has whole
    private Work ofPieces(int cut, long piece, Piece body, int... whole) {
        var inside = new boolean[dims.length];
        inside[cut] = true;
        long bytes = Math.min(piece, dims[cut]) * width;
        for (int axis : whole) {
            inside[axis] = true;
            bytes *= dims[axis];
        }
        long pieces = Math.ceilDiv(dims[cut], piece);
        long outer = pieces;
        for (int axis = 0; axis < dims.length; axis++) {
            outer *= inside[axis] ? 1 : dims[axis];
        }
        return Work.ofRanges(
                outer,
                Math.clamp(GRAIN / bytes, 1, 1 << 20),
                (start, count) -> {
                    for (long i = start; i < start + count; i++) {
                        long first = i % pieces * piece;
                        long source = fromOffset + first * fromStrides[cut];
                        long target = toOffset + first * toStrides[cut];
                        long rest = i / pieces;
                        for (int axis = dims.length - 1; axis >= 0; axis--) {
                            if (!inside[axis]) {
                                source += rest % dims[axis] * fromStrides[axis];
                                target += rest % dims[axis] * toStrides[axis];
                                rest /= dims[axis];
                            }
                        }
                        body.copy(source, target, Math.min(piece, dims[cut] - first));
                    }
                    Reference.reachabilityFence(this);
                });
    }

    /// Elements along the last axis.
    private void line(long source, long target, long n) {
        int last = dims.length - 1;
        long s = fromStrides[last] * width;
        long t = toStrides[last] * width;
        long a = source * width;
        long b = target * width;
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
}

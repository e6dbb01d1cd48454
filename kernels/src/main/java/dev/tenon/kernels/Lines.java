package dev.tenon.kernels;

/// A dense tensor seen along some neighbouring axes: `outer` blocks of `length` lines' elements,
/// each `inner` apart.
///
/// @param outer the product of the extents before
/// @param length the product of the extents along
/// @param inner the product of the extents after
public record Lines(long outer, int length, int inner) {
    /// Along one axis.
    public static Lines along(long[] dims, int axis) {
        return between(dims, axis, axis + 1);
    }

    /// Along the axes `from … to-1`.
    public static Lines between(long[] dims, int from, int to) {
        long outer = 1;
        long length = 1;
        long inner = 1;
        for (int i = 0; i < dims.length; i++) {
            if (i < from) {
                outer *= dims[i];
            } else if (i < to) {
                length *= dims[i];
            } else {
                inner *= dims[i];
            }
        }
        return new Lines(outer, Math.toIntExact(length), Math.toIntExact(inner));
    }

    public long count() {
        return outer * inner;
    }

    public boolean isEmpty() {
        return outer == 0 || length == 0 || inner == 0;
    }
}

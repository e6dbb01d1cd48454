package dev.tenon.graph.op;

/// The lines of a dense tensor that run along one axis; offsets count elements.
///
/// @param outer the product of the extents before the axis
/// @param length the extent of the axis: the elements of a line
/// @param inner the product of the extents after the axis: the distance between a line's elements
public record Lanes(long outer, long length, long inner) {
    /// @param axis counted from the front
    public static Lanes of(long[] dims, int axis) {
        return new Lanes(Nd.size(dims, 0, axis), dims[axis], Nd.size(dims, axis + 1, dims.length));
    }

    /// How many lines there are.
    public long count() {
        return outer * inner;
    }

    /// The offset of a line's first element; lines are numbered in row-major order.
    public long start(long line) {
        return line / inner * length * inner + line % inner;
    }

    /// The offset of a line's n-th element.
    public long at(long line, long n) {
        return start(line) + n * inner;
    }
}

package dev.tenon.graph.op;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import java.util.Arrays;
import java.util.function.Consumer;

/// Positions in dense tensors of known extents: strides, broadcasting, and walks over coordinates.
///
/// Strides and offsets count elements, not bytes.
public final class Nd {
    /// Takes a position of a [walk][#walk]: its row-major index, and its offset in each of several
    /// tensors.
    @FunctionalInterface
    public interface OffsetVisitor {
        /// @param offsets valid during the call only
        void visit(long index, long[] offsets);
    }

    private Nd() {}

    /// The row-major strides of a shape.
    public static long[] strides(long... dims) {
        var strides = new long[dims.length];
        long stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        return strides;
    }

    /// For each axis of `to`, the stride in a row-major tensor of shape `dims` that is broadcast to
    /// it; 0 where the same element is read again.
    public static long[] broadcastStrides(long[] dims, long[] to) {
        var strides = strides(dims);
        var result = new long[to.length];
        int added = to.length - dims.length;
        for (int axis = 0; axis < dims.length; axis++) {
            result[added + axis] = dims[axis] == 1 ? 0 : strides[axis];
        }
        return result;
    }

    /// The shape that all broadcast to (ONNX "Multidirectional Broadcasting").
    ///
    /// @throws InputException when two extents of an axis differ and neither is 1
    public static long[] broadcast(long[]... shapes) {
        int rank = Arrays.stream(shapes).mapToInt(s -> s.length).max().orElse(0);
        var result = new long[rank];
        Arrays.fill(result, 1);
        for (var shape : shapes) {
            for (int i = 0; i < shape.length; i++) {
                int axis = rank - shape.length + i;
                if (result[axis] == 1) {
                    result[axis] = shape[i];
                } else if (shape[i] != 1 && shape[i] != result[axis]) {
                    throw new InputException(
                            Problem.of("shapes do not broadcast")
                                    .expected(
                                            "equal extents, or one of them 1, on each axis from the"
                                                    + " last")
                                    .got(Arrays.deepToString(shapes)));
                }
            }
        }
        return result;
    }

    /// The product of the extents of axes `from` to `to - 1`.
    public static long size(long[] dims, int from, int to) {
        long size = 1;
        for (int axis = from; axis < to; axis++) {
            size *= dims[axis];
        }
        return size;
    }

    /// The extents without those of an axis.
    public static long[] without(long[] dims, int axis) {
        var result = new long[dims.length - 1];
        System.arraycopy(dims, 0, result, 0, axis);
        System.arraycopy(dims, axis + 1, result, axis, result.length - axis);
        return result;
    }

    /// The extents with a new axis before the given one.
    public static long[] with(long[] dims, int axis, long dim) {
        var result = new long[dims.length + 1];
        System.arraycopy(dims, 0, result, 0, axis);
        result[axis] = dim;
        System.arraycopy(dims, axis, result, axis + 1, dims.length - axis);
        return result;
    }

    /// An axis counted from the front.
    ///
    /// @throws InputException when it is outside of `-rank … rank-1`
    public static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new InputException(
                    Problem.of("axis out of range")
                            .expected("-" + rank + " to " + (rank - 1))
                            .got(axis));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /// Where coordinates lie.
    public static long offset(long[] coordinates, long[] strides) {
        long offset = 0;
        for (int axis = 0; axis < coordinates.length; axis++) {
            offset += coordinates[axis] * strides[axis];
        }
        return offset;
    }

    /// The coordinates of a row-major index.
    public static long[] coordinates(long index, long[] dims) {
        var coordinates = new long[dims.length];
        long rest = index;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            coordinates[axis] = rest % dims[axis];
            rest /= dims[axis];
        }
        return coordinates;
    }

    /// Moves on to the next coordinates in row-major order; false, and all zeros again, after the
    /// last.
    public static boolean next(long[] coordinates, long[] dims) {
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            if (++coordinates[axis] < dims[axis]) {
                return true;
            }
            coordinates[axis] = 0;
        }
        return false;
    }

    /// Visits all coordinates in row-major order; none when an extent is 0, one for rank 0.
    ///
    /// @param visitor gets one array, which changes between the calls
    public static void walk(long[] dims, Consumer<long[]> visitor) {
        if (isEmpty(dims)) {
            return;
        }
        var coordinates = new long[dims.length];
        do {
            visitor.accept(coordinates);
        } while (next(coordinates, dims));
    }

    /// Visits all coordinates in row-major order and keeps the offset of each in several tensors.
    ///
    /// @param strides a tensor's strides along the axes of `dims`, such as [#broadcastStrides]
    ///   gives
    public static void walk(long[] dims, long[][] strides, OffsetVisitor visitor) {
        if (isEmpty(dims)) {
            return;
        }
        var coordinates = new long[dims.length];
        var offsets = new long[strides.length];
        long index = 0;
        while (true) {
            visitor.visit(index++, offsets);
            int axis = dims.length - 1;
            while (axis >= 0 && ++coordinates[axis] == dims[axis]) {
                coordinates[axis] = 0;
                for (int i = 0; i < offsets.length; i++) {
                    offsets[i] -= strides[i][axis] * (dims[axis] - 1);
                }
                axis--;
            }
            if (axis < 0) {
                return;
            }
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] += strides[i][axis];
            }
        }
    }

    private static boolean isEmpty(long[] dims) {
        return Arrays.stream(dims).anyMatch(d -> d == 0);
    }
}

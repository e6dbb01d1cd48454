package dev.tenon.graph.op;

import dev.tenon.base.Tensor;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// A tensor's elements in groups: those of a group differ in their coordinates along the member
/// axes only. Groups are numbered in row-major order of their coordinates along the other axes.
///
/// @param data the tensor
/// @param dims the extents of the axes that tell groups apart
/// @param strides the strides of these axes
/// @param memberDims the extents of the member axes
/// @param memberStrides the strides of these
public record Groups(
        Tensor data, long[] dims, long[] strides, long[] memberDims, long[] memberStrides) {
    /// Takes a group: its number, and the offset of its first member.
    @FunctionalInterface
    public interface Visitor {
        void visit(long group, long start);
    }

    /// @param members whether each axis is a member axis
    public static Groups of(Tensor data, boolean... members) {
        var dims = data.dims();
        var strides = Nd.strides(dims);
        var kept = IntStream.range(0, dims.length).filter(a -> !members[a]).toArray();
        var gathered = IntStream.range(0, dims.length).filter(a -> members[a]).toArray();
        return new Groups(
                data,
                pick(dims, kept),
                pick(strides, kept),
                pick(dims, gathered),
                pick(strides, gathered));
    }

    /// Groups whose member axes are those from one on.
    public static Groups from(Tensor data, int axis) {
        var members = new boolean[data.rank()];
        Arrays.fill(members, axis, members.length, true);
        return of(data, members);
    }

    /// Groups that are the lines along one axis.
    public static Groups along(Tensor data, int axis) {
        var members = new boolean[data.rank()];
        members[axis] = true;
        return of(data, members);
    }

    private static long[] pick(long[] values, int[] axes) {
        return IntStream.of(axes).mapToLong(a -> values[a]).toArray();
    }

    public void each(Visitor visitor) {
        Nd.walk(dims, new long[][] {strides}, (group, offsets) -> visitor.visit(group, offsets[0]));
    }

    /// The offsets of a group's members, in row-major order.
    public void members(long start, LongConsumer visitor) {
        Nd.walk(
                memberDims,
                new long[][] {memberStrides},
                (_, offsets) -> visitor.accept(start + offsets[0]));
    }

    /// The members of a group.
    public double[] doubles(long start) {
        var values = new double[Math.toIntExact(Tensor.size(memberDims))];
        Nd.walk(
                memberDims,
                new long[][] {memberStrides},
                (index, offsets) -> values[(int) index] = data.getDouble(start + offsets[0]));
        return values;
    }

    /// The members of a group.
    public long[] longs(long start) {
        var values = new long[Math.toIntExact(Tensor.size(memberDims))];
        Nd.walk(
                memberDims,
                new long[][] {memberStrides},
                (index, offsets) -> values[(int) index] = data.getLong(start + offsets[0]));
        return values;
    }
}

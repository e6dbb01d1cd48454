package dev.tenon.passes.layout;

import dev.tenon.base.Dim;
import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.move.Strided;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How axes of images stand in channels-last order.
final class Axes {
    private Axes() {}

    /// The shape; unranked where the value is no tensor.
    static Shape shape(Value value) {
        return value.type() instanceof Type.OfTensor(var _, var shape) ? shape : Shape.unranked();
    }

    /// The number of axes; -1 where it is not known.
    static int rank(Value value) {
        var shape = shape(value);
        return shape.isRanked() ? shape.rank() : -1;
    }

    /// Where a channels-first axis stands in channels-last order.
    ///
    /// @param axis counts from the end where negative
    static int moved(long axis, int rank) {
        int first = Nd.axis(axis, rank);
        return first == 0 ? 0 : first == 1 ? rank - 1 : first - 1;
    }

    static Tensor moved(Longs axes, int rank) {
        return Tensor.ofLongs(axes.map(a -> moved(a, rank)).toArray());
    }

    /// A channels-first shape as it is in channels-last order.
    static Shape moved(Shape shape) {
        var order = Layout.CHANNELS_LAST.fromChannelsFirst(shape.rank());
        return Shape.of(order.stream().mapToObj(a -> shape.dim((int) a)).toList());
    }

    /// The axes that a constant names; null where they are not constant.
    static @Nullable Longs named(Value axes) {
        var tensor = axes.constant();
        return tensor == null ? null : Longs.of(tensor.toLongs());
    }

    /// Whether all axes but the first two have extent 1.
    static boolean isSpatiallyTrivial(Shape shape) {
        return shape.dims().stream().skip(2).allMatch(d -> d.is(1));
    }

    /// Whether an operand that broadcasts to images of a rank is the same for all positions.
    static boolean repeatsPositions(Shape operand, int rank) {
        return operand.dims().stream()
                .skip(Math.max(0, 2 - (rank - operand.rank())))
                .allMatch(d -> d.is(1));
    }

    /// Whether the order of the elements is the same in both layouts.
    static boolean isTrivial(Shape shape) {
        return isSpatiallyTrivial(shape) || shape.dim(1).is(1);
    }

    /// A constant that broadcasts to images of a rank, as it broadcasts to them in channels-last
    /// order; without leading axes of extent 1.
    static Tensor operand(Tensor constant, int rank) {
        return constant.rank() < 2 && constant.size() == 1
                ? constant
                : stripped(moved(constant, rank));
    }

    /// A constant, which counts as an image of a rank, in channels-last order.
    static Tensor moved(Tensor constant, int rank) {
        var dims = new long[rank];
        Arrays.fill(dims, 1);
        System.arraycopy(constant.dims(), 0, dims, rank - constant.rank(), constant.rank());
        var from = constant.reshape(dims);
        var order = Layout.CHANNELS_LAST.fromChannelsFirst(rank);
        var strides = Nd.strides(dims);
        return Strided.read(
                from,
                0,
                order.map(a -> strides[(int) a]).toArray(),
                order.map(a -> dims[(int) a]).toArray());
    }

    /// Without its leading axes of extent 1.
    private static Tensor stripped(Tensor tensor) {
        int leading = 0;
        while (leading < tensor.rank() - 1 && tensor.dim(leading) == 1) {
            leading++;
        }
        return tensor.reshape(Arrays.copyOfRange(tensor.dims(), leading, tensor.rank()));
    }

    /// The extents as a target of a reshape of a tensor; null where they cannot be written so, also
    /// for tensors that may be empty, with which -1 beside 0 can be anything.
    static @Nullable Tensor target(Shape from, Shape to) {
        var target = new long[to.rank()];
        boolean open = false;
        for (int i = 0; i < target.length; i++) {
            if (to.dim(i) instanceof Dim.Known(var extent) && extent > 0) {
                target[i] = extent;
            } else if (i < from.rank() && to.dim(i).equals(from.dim(i))) {
                target[i] = 0;
            } else if (!open) {
                target[i] = -1;
                open = true;
            } else {
                return null;
            }
        }
        boolean copies = Arrays.stream(target).anyMatch(t -> t == 0);
        return open && copies ? null : Tensor.ofLongs(target);
    }
}

package dev.tenon.graph.op.contract;

import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.InferContext;
import org.jspecify.annotations.Nullable;

/// A tensor read as `[batch, head, position, feature]`: it is laid out so, or packed as `[batch,
/// position, head · feature]`.
///
/// @param size the number of features of a head
record Heads(Tensor tensor, long batch, long heads, long length, long size) {
    /// @param heads the number of heads of a packed tensor; of no meaning for one of rank 4
    static Heads of(Tensor tensor, @Nullable Integer heads) {
        if (tensor.rank() == 4) {
            return new Heads(tensor, tensor.dim(0), tensor.dim(1), tensor.dim(2), tensor.dim(3));
        }
        if (tensor.rank() != 3 || heads == null || heads < 1 || tensor.dim(2) % heads != 0) {
            throw new InputException(
                    Problem.of("the heads cannot be told apart")
                            .expected(
                                    "rank 4, or rank 3 with the last axis a multiple of the number"
                                            + " of heads")
                            .got(
                                    tensor.type()
                                            + (heads == null ? "" : " with " + heads + " heads")));
        }
        return new Heads(tensor, tensor.dim(0), heads, tensor.dim(1), tensor.dim(2) / heads);
    }

    /// Zeros of the same layout with other positions and features.
    Heads zeros(long newLength, long newSize) {
        return tensor.rank() == 4
                ? of(Tensor.zeros(tensor.dtype(), batch, heads, newLength, newSize), null)
                : of(Tensor.zeros(tensor.dtype(), batch, newLength, heads * newSize), (int) heads);
    }

    /// Where an element lies in the tensor.
    long index(long item, long head, long position, long feature) {
        return tensor.rank() == 4
                ? ((item * heads + head) * length + position) * size + feature
                : ((item * length + position) * heads + head) * size + feature;
    }

    double get(long item, long head, long position, long feature) {
        return tensor.getDouble(index(item, head, position, feature));
    }

    /// The shape `[batch, head, position, feature]` of an input; unknown extents where its rank is
    /// unknown.
    static Shape shape(InferContext in, int input, @Nullable Integer heads) {
        var shape = in.shape(input);
        if (!shape.isRanked()) {
            return in.unknownShape(4);
        }
        if (shape.rank() == 4) {
            return shape;
        }
        in.requireRank(input, 3, 4);
        if (heads == null || heads < 1 || shape.dim(2).known().orElse(0) % heads != 0) {
            throw in.error(
                    Problem.of("the heads of input " + input + " cannot be told apart")
                            .expected("a number of heads that divides the last axis")
                            .got(shape + (heads == null ? "" : " with " + heads + " heads")));
        }
        return Shape.of(shape.dim(0), Dim.of(heads), shape.dim(1), shape.dim(2).floorDiv(heads));
    }
}

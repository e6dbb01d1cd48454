package dev.tenon.graph.op.move;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Tensor;

/// Tensors whose elements are positions along an axis of another tensor.
final class Indices {
    private Indices() {}

    /// A position from an index tensor; negative ones count from the end.
    ///
    /// @throws InputException when it is outside of the axis
    static long get(Tensor indices, long at, long extent) {
        long index = indices.getLong(at);
        if (index < -extent || index >= extent) {
            throw new InputException(
                    Problem.of("index out of range")
                            .expected("-" + extent + " to " + (extent - 1))
                            .got(index));
        }
        return index < 0 ? index + extent : index;
    }

    /// Checks that indices which replace the coordinate of one axis fit the data in the others.
    ///
    /// @throws InputException when they have another rank, or are longer on another axis
    static void checkWithin(Tensor data, Tensor indices, int axis) {
        boolean fits = data.rank() == indices.rank();
        for (int i = 0; fits && i < data.rank(); i++) {
            fits = i == axis || indices.dim(i) <= data.dim(i);
        }
        if (!fits) {
            throw new InputException(
                    Problem.of("the indices do not fit the data")
                            .expected("at most " + data.shape() + " but for axis " + axis)
                            .got(indices.shape()));
        }
    }
}

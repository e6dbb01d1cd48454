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
            throw new InputException(Problem.of("index out of range")
                    .expected("-" + extent + " to " + (extent - 1))
                    .got(index));
        }
        return index < 0 ? index + extent : index;
    }
}

package dev.tenon.graph.op.contract;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.op.Nd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What [Attention] adds to its scores: 0 or the mask's number where a query may see a key, `-inf`
/// where it may not.
///
/// @param op the operator
/// @param mask booleans (true where a key is seen) or numbers to add; broadcast to `[batch, query
///   head, query, key]`, and shorter on the last axis where further keys are not seen
/// @param validKeys `i64[batch]`, how many keys of each sample are no padding
/// @param pastKeys how many keys come before the first query
/// @param queries how many queries there are
record AttentionBias(
        Attention op,
        @Nullable Tensor mask,
        @Nullable Tensor validKeys,
        long pastKeys,
        long queries) {
    /// The bias of one pair of query and key.
    double at(long item, long head, long query, long key) {
        long diagonal = query + offset(item);
        boolean seen =
                !(op.isCausal() && key > diagonal)
                        && !(op.leftWindowSize() != null && diagonal - key > op.leftWindowSize())
                        && !(op.rightWindowSize() != null && key - diagonal > op.rightWindowSize())
                        && !(validKeys != null && key >= validKeys.getLong(item));
        return seen ? masked(item, head, query, key) : Double.NEGATIVE_INFINITY;
    }

    /// How far the keys that belong to the queries lie behind the first key.
    private long offset(long item) {
        return validKeys == null ? pastKeys : validKeys.getLong(item) - queries;
    }

    private double masked(long item, long head, long query, long key) {
        if (mask == null) {
            return 0;
        }
        if (key >= mask.dim(-1)) {
            return Double.NEGATIVE_INFINITY;
        }
        long[] all = {item, head, query, key};
        var at = Arrays.copyOfRange(all, 4 - mask.rank(), 4);
        for (int axis = 0; axis < at.length; axis++) {
            at[axis] = mask.dim(axis) == 1 ? 0 : at[axis];
        }
        long index = Nd.offset(at, Nd.strides(mask.dims()));
        if (mask.dtype() == DType.BOOL) {
            return mask.getBoolean(index) ? 0 : Double.NEGATIVE_INFINITY;
        }
        return mask.getDouble(index);
    }
}

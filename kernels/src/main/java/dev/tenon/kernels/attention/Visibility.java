package dev.tenon.kernels.attention;

import dev.tenon.kernels.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which keys a query sees, and what is added to its scores.
///
/// The key that belongs to query `i` is number `i + diagonal`.
///
/// @param mask null where nothing is added
/// @param keys how many there are
/// @param diagonals of each sample
/// @param before how many keys before its own a query sees
/// @param after how many keys after its own a query sees
/// @param valid how many keys of each sample are no padding; null where all are none
public record Visibility(
        @Nullable Mask mask,
        int keys,
        long[] diagonals,
        long before,
        long after,
        long @Nullable [] valid) {
    /// No bound on the keys before or after.
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /// Numbers to add, or booleans that are true where a key is seen; adjacent along the keys. A
    /// stride of 0 repeats them.
    ///
    /// @param keys how many numbers there are a query; further keys are not seen
    public record Mask(
            MemorySegment memory,
            boolean isBoolean,
            long batchStride,
            long headStride,
            long queryStride,
            int keys) {
        long at(int sample, int head, int query) {
            return sample * batchStride + head * headStride + query * queryStride;
        }
    }

    /// The first key that a query may see.
    int first(int sample, int query) {
        return before == UNBOUNDED ? 0 : Math.clamp(query + diagonals[sample] - before, 0, keys);
    }

    /// The end of the keys that a query may see.
    int end(int sample, int query) {
        long end = mask == null ? keys : Math.min(keys, mask.keys);
        if (after != UNBOUNDED) {
            end = Math.min(end, query + diagonals[sample] + after + 1);
        }
        if (valid != null) {
            end = Math.min(end, valid[sample]);
        }
        return (int) Math.max(0, end);
    }

    /// Whether all queries see all keys, but for what the mask adds.
    boolean isWhole() {
        return before == UNBOUNDED
                && after == UNBOUNDED
                && valid == null
                && (mask == null || mask.keys >= keys);
    }

    /// What is added to the scores of a query and the keys `from … from+count`.
    void load(int sample, int head, int query, int from, float[] to, int at, int count) {
        int first = Math.clamp(first(sample, query), from, from + count);
        int end = Math.clamp(end(sample, query), first, from + count);
        Arrays.fill(to, at, at + first - from, Float.NEGATIVE_INFINITY);
        Arrays.fill(to, at + end - from, at + count, Float.NEGATIVE_INFINITY);
        if (mask == null) {
            Arrays.fill(to, at + first - from, at + end - from, 0);
            return;
        }
        long row = mask.at(sample, head, query);
        if (mask.isBoolean) {
            for (int key = first; key < end; key++) {
                boolean seen = mask.memory.get(ValueLayout.JAVA_BYTE, row + key) != 0;
                to[at + key - from] = seen ? 0 : Float.NEGATIVE_INFINITY;
            }
        } else if (first < end) {
            Memory.load(mask.memory, row + first, to, at + first - from, end - first);
        }
    }

    /// Whether a query sees no key at all.
    ///
    /// @param bias room for the numbers of all keys
    boolean isBlind(int sample, int head, int query, float[] bias) {
        load(sample, head, query, 0, bias, 0, keys);
        for (int key = 0; key < keys; key++) {
            if (bias[key] != Float.NEGATIVE_INFINITY) {
                return false;
            }
        }
        return true;
    }
}

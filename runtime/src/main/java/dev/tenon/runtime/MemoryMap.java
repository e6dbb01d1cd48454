package dev.tenon.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where buffers lie in one piece of memory, so that those in use at the same time do not overlap.
///
/// The largest are placed first, each as low as those placed before it allow: the greedy-by-size
/// rule of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020).
///
/// @param offsets of the buffers, in bytes
/// @param bytes that all of them take
record MemoryMap(long[] offsets, long bytes) {
    static final long ALIGNMENT = 64;

    /// A buffer that is in use from one step to another, both included.
    record Buffer(long bytes, int from, int to) {
        boolean meets(Buffer other) {
            return from <= other.to && other.from <= to;
        }
    }

    static MemoryMap of(List<Buffer> buffers) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < buffers.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing((Integer i) -> buffers.get(i).bytes()).reversed());
        var offsets = new long[buffers.size()];
        var placed = new ArrayList<Integer>();
        long end = 0;
        for (int i : order) {
            offsets[i] = lowest(i, buffers, offsets, placed);
            insert(i, offsets, placed);
            end = Math.max(end, offsets[i] + aligned(buffers.get(i).bytes()));
        }
        return new MemoryMap(offsets, end);
    }

    /// The lowest gap that is large enough.
    ///
    /// @param placed the buffers that have their place, from the lowest
    private static long lowest(
            int index, List<Buffer> buffers, long[] offsets, List<Integer> placed) {
        var buffer = buffers.get(index);
        long at = 0;
        for (int other : placed) {
            if (!buffer.meets(buffers.get(other))) {
                continue;
            }
            if (offsets[other] - at >= buffer.bytes()) {
                break;
            }
            at = Math.max(at, offsets[other] + aligned(buffers.get(other).bytes()));
        }
        return at;
    }

    private static void insert(int index, long[] offsets, List<Integer> placed) {
        int at = placed.size();
        while (at > 0 && offsets[placed.get(at - 1)] > offsets[index]) {
            at--;
        }
        placed.add(at, index);
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }
}

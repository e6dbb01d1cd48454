package dev.tenon.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The slices of a block of native memory that were asked for, so that asking for the same again
/// makes no object.
final class Slices {
    /// More are not kept at a time.
    private static final int MAX_KEPT = 1 << 12;

    private static final int FIRST_CAPACITY = 32;

    private final MemorySegment block;

    /// Open addressing; the capacity is a power of two, and at least a quarter is empty.
    private @Nullable MemorySegment[] table = new MemorySegment[FIRST_CAPACITY];

    private int count;

    Slices(MemorySegment block) {
        this.block = block;
    }

    MemorySegment of(long offset, long bytes) {
        int at = find(block.address() + offset, bytes);
        var known = table[at];
        return known != null ? known : add(block.asSlice(offset, bytes));
    }

    long byteSize() {
        return block.byteSize();
    }

    /// Where a slice is, or belongs.
    private int find(long address, long bytes) {
        int mask = table.length - 1;
        int at = Long.hashCode(address * 0x9e3779b97f4a7c15L + bytes * 0xc2b2ae3d27d4eb4fL);
        for (at &= mask; ; at = (at + 1) & mask) {
            var slice = table[at];
            if (slice == null || slice.address() == address && slice.byteSize() == bytes) {
                return at;
            }
        }
    }

    private MemorySegment add(MemorySegment slice) {
        if (4 * (count + 1) > 3 * table.length) {
            grow();
        }
        table[find(slice.address(), slice.byteSize())] = slice;
        count++;
        return slice;
    }

    private void grow() {
        var old = table;
        boolean full = old.length >= MAX_KEPT;
        table = new MemorySegment[full ? FIRST_CAPACITY : 2 * old.length];
        count = 0;
        for (var slice : old) {
            if (!full && slice != null) {
                add(slice);
            }
        }
    }
}

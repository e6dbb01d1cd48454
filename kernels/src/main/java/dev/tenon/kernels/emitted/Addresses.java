package dev.tenon.kernels.emitted;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Addresses for emitted code, which checks nothing itself: whatever it will touch is checked here
/// first.
public final class Addresses {
    private Addresses() {}

    /// Where `count` numbers of 32 bits begin.
    ///
    /// @param memory native; whoever uses the address keeps it reachable
    /// @param offset of the first, in numbers
    /// @throws IndexOutOfBoundsException when one is outside of the memory
    /// @throws IllegalStateException when the memory was freed
    public static long of(MemorySegment memory, long offset, long count) {
        return ofBytes(memory, offset * Float.BYTES, count * Float.BYTES);
    }

    /// Where `count` bytes begin; as [#of].
    public static long ofBytes(MemorySegment memory, long offset, long count) {
        Objects.checkFromIndexSize(offset, count, memory.byteSize());
        if (!memory.isNative() || !memory.scope().isAlive()) {
            throw new IllegalStateException(
                    memory.isNative() ? "the memory was freed" : "the memory is on the heap");
        }
        return memory.address() + offset;
    }
}

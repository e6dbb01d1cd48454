package dev.tenon.kernels.emitted;

import dev.tenon.kernels.NativeScratch;
import java.lang.foreign.MemorySegment;

/// Native memory in the place of memory on the heap, so that a kernel computes the same wherever
/// its operands are.
public final class Reachable {
    private Reachable() {}

    /// The memory itself where emitted code can read it, a copy elsewhere.
    public static MemorySegment forReading(MemorySegment memory, NativeScratch scratch) {
        return memory.isNative() ? memory : like(memory, scratch).copyFrom(memory);
    }

    /// The memory itself where emitted code can write it, as much elsewhere.
    ///
    /// @throws IllegalArgumentException when the memory is read-only
    public static MemorySegment forWriting(MemorySegment memory, NativeScratch scratch) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
        return memory.isNative() ? memory : like(memory, scratch);
    }

    /// The memory itself where emitted code can change it, a copy elsewhere.
    ///
    /// @throws IllegalArgumentException when the memory is read-only
    public static MemorySegment forChanging(MemorySegment memory, NativeScratch scratch) {
        var changed = forWriting(memory, scratch);
        return memory.isNative() ? changed : changed.copyFrom(memory);
    }

    private static MemorySegment like(MemorySegment memory, NativeScratch scratch) {
        long bytes = memory.byteSize();
        return scratch.floats(Math.ceilDiv(bytes, Float.BYTES)).asSlice(0, bytes);
    }

    /// Brings results to where they belong.
    ///
    /// @param written what [#forWriting] or [#forChanging] gave for `memory`
    public static void finish(MemorySegment written, MemorySegment memory) {
        if (!memory.isNative()) {
            memory.copyFrom(written);
        }
    }
}

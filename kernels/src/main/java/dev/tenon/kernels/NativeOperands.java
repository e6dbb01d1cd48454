package dev.tenon.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// Native memory in the place of operands on the heap, so that a kernel computes the same wherever
/// they are.
public final class NativeOperands {
    /// A copy between an operand and what stands for it.
    private record Copy(MemorySegment from, MemorySegment to) {
        void run() {
            to.copyFrom(from);
        }
    }

    private final NativeScratch room;
    private final List<MemorySegment> kept = new ArrayList<>();
    private final List<Copy> before = new ArrayList<>();
    private final List<Copy> after = new ArrayList<>();

    /// @param room lasts as long as the work
    public NativeOperands(NativeScratch room) {
        this.room = room;
    }

    /// What emitted code reads: the memory itself, or what it is copied to before the work.
    public MemorySegment read(MemorySegment memory) {
        kept.add(memory);
        if (memory.isNative()) {
            return memory;
        }
        var copy = like(memory);
        before.add(new Copy(memory, copy));
        return copy;
    }

    /// What emitted code writes: the memory itself, or what is copied to it after the work.
    ///
    /// @throws IllegalArgumentException when the memory is read-only
    public MemorySegment written(MemorySegment memory) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
        kept.add(memory);
        if (memory.isNative()) {
            return memory;
        }
        var copy = like(memory);
        after.add(new Copy(copy, memory));
        return copy;
    }

    private MemorySegment like(MemorySegment memory) {
        long bytes = memory.byteSize();
        var copy = room.floats(Math.ceilDiv(bytes, Float.BYTES)).asSlice(0, bytes);
        kept.add(copy);
        return copy;
    }

    /// Work on what stands for the operands, with the copies around it. Keeps all of their memory
    /// reachable.
    public Work around(Work work) {
        return new Around(
                before.toArray(Copy[]::new),
                work,
                after.toArray(Copy[]::new),
                kept.toArray(MemorySegment[]::new));
    }

    private record Around(Copy[] before, Work work, Copy[] after, MemorySegment[] kept)
            implements Work {
        @Override
        public void run(Workers workers) {
            for (var copy : before) {
                copy.run();
            }
            work.run(workers);
            for (var copy : after) {
                copy.run();
            }
            Reference.reachabilityFence(kept);
        }
    }
}

package dev.tenon.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Short-lived native memory of the current thread, used again and again so that warm kernels
/// allocate nothing. Scopes nest; what a scope took is free again when it is closed. The content is
/// undefined.
public final class NativeScratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    private static final long FIRST_BYTES = 1 << 20;

    /// Larger blocks are left to the garbage collector, so that no thread keeps much memory.
    private static final long MAX_KEPT_BYTES = 1 << 26;

    private static final ThreadLocal<NativeScratch> CURRENT =
            ThreadLocal.withInitial(NativeScratch::new);

    /// A place in the blocks.
    private record Mark(int block, long used) {}

    private final List<MemorySegment> blocks = new ArrayList<>();
    private final ArrayList<Mark> marks = new ArrayList<>();
    private int block;
    private long used;

    private NativeScratch() {}

    /// Opens a scope on the current thread; close it on the same thread.
    public static NativeScratch open() {
        var scratch = CURRENT.get();
        scratch.marks.add(new Mark(scratch.block, scratch.used));
        return scratch;
    }

    /// Memory for that many `f32`, aligned to 64 bytes. Other threads may use it while the scope is
    /// open.
    public MemorySegment floats(long count) {
        long bytes = Math.ceilDiv(Math.multiplyExact(count, Float.BYTES), ALIGNMENT) * ALIGNMENT;
        if (bytes > MAX_KEPT_BYTES) {
            return Arena.ofAuto().allocate(bytes, ALIGNMENT);
        }
        while (block < blocks.size() && blocks.get(block).byteSize() - used < bytes) {
            block++;
            used = 0;
        }
        if (block == blocks.size()) {
            long last = blocks.isEmpty() ? FIRST_BYTES / 2 : blocks.getLast().byteSize();
            long size = Math.clamp(2 * last, bytes, MAX_KEPT_BYTES);
            blocks.add(Arena.ofAuto().allocate(size, ALIGNMENT));
        }
        var memory = blocks.get(block).asSlice(used, bytes);
        used += bytes;
        return memory;
    }

    /// What emitted code can read: the memory itself, or a copy when it is on the heap.
    public MemorySegment reachable(MemorySegment memory) {
        if (memory.isNative()) {
            return memory;
        }
        var copy = floats(memory.byteSize() / Float.BYTES);
        return copy.copyFrom(memory);
    }

    /// What emitted code can write: the memory itself, or room for as much when it is on the heap.
    public MemorySegment writable(MemorySegment memory) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException("the results' memory is read-only");
        }
        return memory.isNative() ? memory : floats(memory.byteSize() / Float.BYTES);
    }

    @Override
    public void close() {
        var mark = marks.removeLast();
        block = mark.block;
        used = mark.used;
    }
}

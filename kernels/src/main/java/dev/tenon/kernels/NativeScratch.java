package dev.tenon.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Short-lived native memory, used again and again so that warm kernels allocate nothing. Scopes
/// nest; what a scope took is free again when it is closed. The content is undefined.
///
/// Each thread has some of its own, for the chunks of a piece of work. A [Work] that needs the same
/// memory at every run gets it from a scratch that lasts as long as the work.
public final class NativeScratch implements AutoCloseable {
    private static final long ALIGNMENT = 64;
    private static final long FIRST_BYTES = 1 << 20;

    /// Larger blocks of a thread are left to the garbage collector, so that no thread keeps much
    /// memory.
    private static final long MAX_KEPT_BYTES = 1 << 26;

    private static final ThreadLocal<NativeScratch> CURRENT =
            ThreadLocal.withInitial(
                    () -> new NativeScratch(Arena.ofAuto(), false, FIRST_BYTES, MAX_KEPT_BYTES));

    private final Arena arena;

    /// Whether pieces of work share the memory that do not end with its scopes.
    private final boolean isShared;

    private final long firstBytes;
    private final long maxKeptBytes;
    private final List<Slices> blocks = new ArrayList<>();

    /// The blocks and how much of them was used where the scopes that are open began.
    private int[] blockMarks = new int[16];

    private long[] usedMarks = new long[16];
    private int depth;
    private int block;
    private long used;

    private NativeScratch(Arena arena, boolean isShared, long firstBytes, long maxKeptBytes) {
        this.arena = arena;
        this.isShared = isShared;
        this.firstBytes = firstBytes;
        this.maxKeptBytes = maxKeptBytes;
    }

    /// Memory that lasts as long as an arena, for pieces of work that are done one after the other:
    /// each is made in a scope of its own, and outlasts it.
    public static NativeScratch in(Arena arena) {
        return new NativeScratch(arena, true, ALIGNMENT, Long.MAX_VALUE);
    }

    /// Opens a scope on the current thread; close it on the same thread.
    public static NativeScratch open() {
        return CURRENT.get().enter();
    }

    /// Opens a scope.
    public NativeScratch enter() {
        if (depth == usedMarks.length) {
            blockMarks = Arrays.copyOf(blockMarks, 2 * depth);
            usedMarks = Arrays.copyOf(usedMarks, 2 * depth);
        }
        blockMarks[depth] = block;
        usedMarks[depth] = used;
        depth++;
        return this;
    }

    /// The making of one of several pieces of work that are done one after the other.
    @FunctionalInterface
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// Begins to make a piece of work that may have the same memory as others before and after it.
    public Turn turn() {
        return isShared ? enter()::close : () -> {};
    }

    /// Memory for that many `f32`, aligned to 64 bytes. Other threads may use it while the scope is
    /// open.
    public MemorySegment floats(long count) {
        long bytes = Math.ceilDiv(Math.multiplyExact(count, Float.BYTES), ALIGNMENT) * ALIGNMENT;
        if (bytes > maxKeptBytes) {
            return Arena.ofAuto().allocate(bytes, ALIGNMENT);
        }
        while (block < blocks.size() && blocks.get(block).byteSize() - used < bytes) {
            block++;
            used = 0;
        }
        if (block == blocks.size()) {
            long last = blocks.isEmpty() ? firstBytes / 2 : blocks.getLast().byteSize();
            long size = Math.clamp(2 * last, bytes, Math.max(bytes, maxKeptBytes));
            blocks.add(new Slices(arena.allocate(size, ALIGNMENT)));
        }
        var memory = blocks.get(block).of(used, bytes);
        used += bytes;
        return memory;
    }

    /// Memory for that many `f32` that keeps what is put into it as long as the work that it was
    /// asked for.
    public MemorySegment lasting(long count) {
        return isShared
                ? arena.allocate(Math.multiplyExact(count, Float.BYTES), ALIGNMENT)
                : floats(count);
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
        depth--;
        block = blockMarks[depth];
        used = usedMarks[depth];
    }
}

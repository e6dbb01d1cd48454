package dev.tenon.runtime;

import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.TreeMap;

/// Memory for the intermediate results of one run at a time. Blocks are used again within a run and
/// from run to run.
final class Workspace implements AutoCloseable {
    /// A block is not used for much less than its size.
    private static final int MAX_WASTE = 2;

    static final String ADVICE =
            "Raise the memory limit of the load options, or run smaller inputs";

    private static final long ALIGNMENT = 64;
    private static final long SMALLEST = 256;

    /// A piece of memory with the number of values that lie in it.
    static final class Block {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment memory;
        private int users;

        private Block(long size) {
            memory = arena.allocate(size, ALIGNMENT);
        }

        MemorySegment memory() {
            return memory;
        }

        void share() {
            users++;
        }
    }

    private final long limit;
    private final TreeMap<Long, ArrayDeque<Block>> free = new TreeMap<>();
    private long held;

    /// @param limit bytes
    Workspace(long limit) {
        this.limit = limit;
    }

    /// A block of at least that many bytes, whose content is undefined.
    ///
    /// @throws LimitException when the run would hold more than its limit
    Block take(long bytes) {
        long size = rounded(bytes);
        var entry = free.ceilingEntry(size);
        if (entry != null && entry.getKey() / MAX_WASTE <= size) {
            return use(remove(entry.getKey()));
        }
        reserve(size);
        try {
            return use(new Block(size));
        } catch (OutOfMemoryError e) {
            held -= size;
            throw new LimitException(outOfMemory(size), e);
        }
    }

    private static Block use(Block block) {
        block.users = 1;
        return block;
    }

    /// Counts memory that a result takes for good.
    ///
    /// @throws LimitException when the run would hold more than its limit
    void reserve(long bytes) {
        while (held + bytes > limit && !free.isEmpty()) {
            held -= free.lastKey();
            remove(free.lastKey()).arena.close();
        }
        if (bytes > limit - held) {
            throw new LimitException(
                    Problem.of("the run needs more memory than it may have")
                            .expected("at most " + limit + " bytes")
                            .got(held + " bytes in use and " + bytes + " more")
                            .advice(ADVICE));
        }
        held += bytes;
    }

    /// What [#reserve] counted belongs to the caller now.
    void handOver(long bytes) {
        held -= bytes;
    }

    /// One value less lies in the block.
    void release(Block block) {
        if (--block.users == 0) {
            free.computeIfAbsent(block.memory.byteSize(), size -> new ArrayDeque<>()).push(block);
        }
    }

    /// Frees all memory, once no run uses it.
    @Override
    public void close() {
        while (!free.isEmpty()) {
            remove(free.lastKey()).arena.close();
        }
    }

    private Block remove(long size) {
        var blocks = Objects.requireNonNull(free.get(size));
        var block = blocks.pop();
        if (blocks.isEmpty()) {
            free.remove(size);
        }
        return block;
    }

    /// Sizes in steps of an eighth of a power of two, so that few different ones occur.
    private static long rounded(long bytes) {
        long size = Math.max(bytes, SMALLEST);
        long step = Long.highestOneBit(size) >> 3;
        return (size + step - 1) / step * step;
    }

    private static Problem outOfMemory(long bytes) {
        return Problem.of("there is no memory for an intermediate result")
                .got(bytes + " bytes")
                .advice(
                        "Give the JVM more memory (-Xmx, -XX:MaxDirectMemorySize), or run smaller"
                                + " inputs");
    }
}

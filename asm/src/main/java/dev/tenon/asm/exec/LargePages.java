package dev.tenon.asm.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Native memory on pages as large as the operating system gives, for constants that are read over
/// and over: the processor finds and fetches them faster.
public final class LargePages {
    private static final long HUGE = 2 << 20;
    private static final long PAGE = 4096;

    /// What the garbage collector does not know of is bounded as the heap is.
    private static final long LIMIT = Runtime.getRuntime().maxMemory();

    private static final Optional<Pages> PAGES =
            Emission.here() instanceof Emission.Possible ? LinuxPages.find() : Optional.empty();

    private static final AtomicLong MAPPED = new AtomicLong();

    private LargePages() {}

    /// Zeros that last as long as an arena. Where there are no such pages, or too much memory lies
    /// on them already, they are ordinary memory.
    public static MemorySegment allocate(Arena arena, long bytes, long alignment) {
        return PAGES.flatMap(pages -> map(pages, arena, bytes))
                .orElseGet(() -> arena.allocate(bytes, alignment));
    }

    /// Memory that begins at a huge page.
    @SuppressWarnings("restricted") // The pages were just mapped, and are unmapped with the arena.
    private static Optional<MemorySegment> map(Pages pages, Arena arena, long bytes) {
        long rounded = Math.ceilDiv(bytes, PAGE) * PAGE;
        long size = rounded + HUGE;
        if (MAPPED.addAndGet(size) > LIMIT) {
            MAPPED.addAndGet(-size);
            return Optional.empty();
        }
        long address = pages.map(size);
        if (address == -1) {
            MAPPED.addAndGet(-size);
            return Optional.empty();
        }
        long start = Math.ceilDiv(address, HUGE) * HUGE;
        pages.preferHuge(start, rounded);
        return Optional.of(
                MemorySegment.ofAddress(start)
                        .reinterpret(
                                bytes,
                                arena,
                                _ -> {
                                    pages.unmap(address, size);
                                    MAPPED.addAndGet(-size);
                                }));
    }
}

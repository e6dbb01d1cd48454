package dev.tenon.asm.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Native memory on pages as large as the operating system gives, for constants that are read over
/// and over: the processor finds and fetches them faster. Pieces come out of regions that are given
/// back when no piece of them is reachable.
public final class LargePages {
    private static final long HUGE = 2 << 20;
    private static final long REGION = 32 << 20;

    /// What the garbage collector does not know of is bounded as the heap is.
    private static final long LIMIT = Runtime.getRuntime().maxMemory();

    private static final Optional<Pages> PAGES =
            Emission.here() instanceof Emission.Possible ? LinuxPages.find() : Optional.empty();

    private static final AtomicLong MAPPED = new AtomicLong();

    private static WeakReference<@Nullable MemorySegment> region = new WeakReference<>(null);
    private static long used;

    private LargePages() {}

    /// Zeros that last as long as they are reachable. Where there are no such pages, or too much
    /// memory lies on them already, they are ordinary memory.
    public static MemorySegment allocate(long bytes, long alignment) {
        return PAGES.flatMap(pages -> piece(pages, bytes, alignment))
                .orElseGet(() -> Arena.ofAuto().allocate(bytes, alignment));
    }

    private static synchronized Optional<MemorySegment> piece(
            Pages pages, long bytes, long alignment) {
        if (bytes > REGION / 2) {
            return map(pages, bytes).map(whole -> whole.asSlice(0, bytes, alignment));
        }
        var current = region.get();
        long from = Math.ceilDiv(used, alignment) * alignment;
        if (current == null || current.byteSize() - from < bytes) {
            current = map(pages, REGION).orElse(null);
            region = new WeakReference<>(current);
            from = 0;
        }
        if (current == null) {
            return Optional.empty();
        }
        used = from + bytes;
        return Optional.of(current.asSlice(from, bytes, alignment));
    }

    /// A region that begins at a huge page.
    @SuppressWarnings("restricted") // The pages were just mapped, and are unmapped with it.
    private static Optional<MemorySegment> map(Pages pages, long bytes) {
        long size = Math.ceilDiv(bytes, HUGE) * HUGE + HUGE;
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
        pages.preferHuge(start, size - HUGE);
        return Optional.of(
                MemorySegment.ofAddress(start)
                        .reinterpret(
                                size - HUGE,
                                Arena.ofAuto(),
                                _ -> {
                                    pages.unmap(address, size);
                                    MAPPED.addAndGet(-size);
                                }));
    }
}

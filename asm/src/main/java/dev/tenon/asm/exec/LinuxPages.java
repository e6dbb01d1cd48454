package dev.tenon.asm.exec;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.stream.Stream;

/// Pages from `mmap`, `mprotect`, `munmap` and `madvise` of Linux.
record LinuxPages(
        MemorySegment mmap, MemorySegment mprotect, MemorySegment munmap, MemorySegment madvise)
        implements Pages {
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int HUGE_PAGES = 14;

    static Optional<Pages> find() {
        var functions =
                Stream.of("mmap", "mprotect", "munmap", "madvise")
                        .map(Downcall::find)
                        .flatMap(Optional::stream)
                        .toList();
        return functions.size() < 4
                ? Optional.empty()
                : Optional.of(
                        new LinuxPages(
                                functions.get(0),
                                functions.get(1),
                                functions.get(2),
                                functions.get(3)));
    }

    @Override
    public long map(long bytes) {
        return Downcall.call(mmap, 0, bytes, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0, 0, 0);
    }

    @Override
    public boolean protect(long address, long bytes, int access) {
        return (int) Downcall.call(mprotect, address, bytes, access, 0, 0, 0, 0, 0) == 0;
    }

    @Override
    public void preferHuge(long address, long bytes) {
        Downcall.call(madvise, address, bytes, HUGE_PAGES, 0, 0, 0, 0, 0);
    }

    @Override
    public void unmap(long address, long bytes) {
        Downcall.call(munmap, address, bytes, 0, 0, 0, 0, 0, 0);
    }
}

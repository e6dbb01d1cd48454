package dev.tenon.asm.exec;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Pages from `mmap`, `mprotect` and `munmap` of Linux.
record LinuxPages(MemorySegment mmap, MemorySegment mprotect, MemorySegment munmap)
        implements Pages {
    private static final int PRIVATE_ANONYMOUS = 0x22;

    static Optional<Pages> find() {
        return Downcall.find("mmap")
                .flatMap(
                        map ->
                                Downcall.find("mprotect")
                                        .flatMap(
                                                protect ->
                                                        Downcall.find("munmap")
                                                                .map(
                                                                        unmap ->
                                                                                new LinuxPages(
                                                                                        map,
                                                                                        protect,
                                                                                        unmap))));
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
    public void unmap(long address, long bytes) {
        Downcall.call(munmap, address, bytes, 0, 0, 0, 0, 0, 0);
    }
}

package dev.tenon.asm.exec;

import java.util.concurrent.atomic.AtomicInteger;

/// The system's pages, counted.
class CountingPages implements Pages {
    private final Pages pages = LinuxPages.find().orElseThrow();
    private final AtomicInteger live = new AtomicInteger();

    int live() {
        return live.get();
    }

    @Override
    public long map(long bytes) {
        live.incrementAndGet();
        return pages.map(bytes);
    }

    @Override
    public boolean protect(long address, long bytes, int access) {
        return pages.protect(address, bytes, access);
    }

    @Override
    public void preferHuge(long address, long bytes) {
        pages.preferHuge(address, bytes);
    }

    @Override
    public void unmap(long address, long bytes) {
        live.decrementAndGet();
        pages.unmap(address, bytes);
    }
}

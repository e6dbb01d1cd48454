package dev.tenon.asm.exec;

/// A system without pages to give.
final class Unmapped extends CountingPages {
    @Override
    public long map(long bytes) {
        return -1;
    }
}

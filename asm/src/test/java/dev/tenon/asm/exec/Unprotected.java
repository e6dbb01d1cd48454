package dev.tenon.asm.exec;

/// A system where written pages do not become executable.
final class Unprotected extends CountingPages {
    @Override
    public boolean protect(long address, long bytes, int access) {
        return false;
    }
}

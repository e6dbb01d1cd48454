package dev.tenon.asm.exec;

/// What the operating system does with pages of memory.
interface Pages {
    /// Access to a page: none, or a sum of `READ` and one of the others.
    int NONE = 0;

    int READ = 1;
    int WRITE = 2;
    int EXECUTE = 4;

    /// Fresh pages that can be read and written.
    ///
    /// @return the address, or -1 when there are none
    long map(long bytes);

    /// Changes the access; whether that was allowed.
    boolean protect(long address, long bytes, int access);

    /// Asks for pages as large as can be had.
    void preferHuge(long address, long bytes);

    void unmap(long address, long bytes);

    /// Lets instructions be fetched from where they were written as data, on all cores. Processors
    /// that see to it themselves need nothing.
    default void synchronize(long address, long bytes) {}
}

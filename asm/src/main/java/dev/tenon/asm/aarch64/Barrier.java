package dev.tenon.asm.aarch64;

/// What waits for accesses to memory.
public enum Barrier {
    /// Stores before it are seen before those behind it.
    DMB_ISHST(0xD5033ABF),
    /// The same of all accesses.
    DMB_ISH(0xD5033BBF),
    /// Waits until accesses and operations on caches are complete.
    DSB_ISH(0xD5033B9F),
    /// Fetches the instructions behind it anew.
    ISB(0xD5033FDF);

    private final int word;

    Barrier(int word) {
        this.word = word;
    }

    int word() {
        return word;
    }
}

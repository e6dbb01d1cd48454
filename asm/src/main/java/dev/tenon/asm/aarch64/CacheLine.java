package dev.tenon.asm.aarch64;

/// Operations on a line of a cache.
public enum CacheLine {
    /// Writes data back to where instructions are fetched from (`DC CVAU`).
    CLEAN_DATA(0xD50B7B20),
    /// Forgets instructions (`IC IVAU`).
    INVALIDATE_INSTRUCTIONS(0xD50B7520);

    private final int opcode;

    CacheLine(int opcode) {
        this.opcode = opcode;
    }

    int opcode() {
        return opcode;
    }
}

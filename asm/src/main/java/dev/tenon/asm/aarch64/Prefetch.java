package dev.tenon.asm.aarch64;

import java.util.Locale;

/// What to do with memory that will be needed soon; the number is the operation's field.
public enum Prefetch {
    /// Will be read: brings it into the first level.
    PLDL1KEEP(0),
    /// Will be read once.
    PLDL1STRM(1),
    PLDL2KEEP(2),
    PLDL2STRM(3),
    PLDL3KEEP(4),
    /// Will be written.
    PSTL1KEEP(16),
    PSTL2KEEP(18);

    private static final int SCALE = 3;

    private final int operation;

    Prefetch(int operation) {
        this.operation = operation;
    }

    int word(Address address) {
        return address instanceof Address.Literal
                ? 0xD8000000 | operation
                : 0xF8800000 | operation | Access.place(address, SCALE);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.tenon.asm.x86;

/// How much of memory an instruction with an EVEX prefix touches, by which its short displacements
/// are scaled (Intel, Software Developer's Manual, volume 2A, section 2.7.5, tables 2-34 and 2-35).
enum Tuple {
    /// A vector, or one number that stands for all.
    FULL,
    /// A vector.
    FULL_MEMORY,
    HALF_MEMORY,
    QUARTER_MEMORY,
    EIGHTH_MEMORY,
    /// Half of a vector, or one number of 32 bits that stands for all.
    HALF,
    BYTE,
    WORD,
    /// One number of 32 or 64 bits.
    ONE,
    TWO,
    FOUR,
    EIGHT;

    /// @param element bytes of a number: 4 or 8
    int bytes(Vec.Width width, int element, boolean broadcast) {
        return switch (this) {
            case FULL -> broadcast ? element : width.bytes();
            case FULL_MEMORY -> width.bytes();
            case HALF -> broadcast ? Float.BYTES : width.bytes() / 2;
            case HALF_MEMORY -> width.bytes() / 2;
            case QUARTER_MEMORY -> width.bytes() / 4;
            case EIGHTH_MEMORY -> width.bytes() / 8;
            case BYTE -> 1;
            case WORD -> 2;
            case ONE -> element;
            case TWO -> 2 * element;
            case FOUR -> 4 * element;
            case EIGHT -> 8 * element;
        };
    }

    boolean broadcasts() {
        return this == FULL || this == HALF;
    }
}

package dev.tenon.asm.aarch64;

/// Functions of two integers. Those whose name ends in S set the flags, which conditions test.
public enum Alu {
    ADD(0x0B000000),
    ADDS(0x2B000000),
    SUB(0x4B000000),
    SUBS(0x6B000000),
    AND(0x0A000000),
    ANDS(0x6A000000),
    ORR(0x2A000000),
    EOR(0x4A000000),
    /// `a ∧ ¬b`; like those that follow, not with an immediate.
    BIC(0x0A200000),
    BICS(0x6A200000),
    ORN(0x2A200000),
    EON(0x4A200000);

    private static final int FUNCTION = 0x60000000;
    private static final int INVERTED = 0x00200000;

    private final int opcode;

    Alu(int opcode) {
        this.opcode = opcode;
    }

    /// Whether [AArch64Assembler#add] and its kin take a number that is not negative.
    public static boolean isEncodable(long value) {
        return value >= 0 && value < 1 << 12
                || value >= 0 && value < 1 << 24 && (value & 0xFFF) == 0;
    }

    boolean isLogical() {
        return ordinal() >= AND.ordinal();
    }

    boolean setsFlags() {
        return name().endsWith("S");
    }

    boolean takesImmediate() {
        return (opcode & INVERTED) == 0;
    }

    /// Addition for subtraction and the other way round.
    Alu opposite() {
        return switch (this) {
            case ADD -> SUB;
            case SUB -> ADD;
            case ADDS -> SUBS;
            case SUBS -> ADDS;
            default -> throw new IllegalStateException(name());
        };
    }

    int opcode() {
        return opcode;
    }

    int immediateOpcode() {
        return opcode & FUNCTION | (isLogical() ? 0x12000000 : 0x11000000);
    }
}

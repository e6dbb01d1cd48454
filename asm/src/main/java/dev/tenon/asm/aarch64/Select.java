package dev.tenon.asm.aarch64;

/// What is made of the second operand where the condition does not hold.
public enum Select {
    /// Nothing.
    CSEL(0x1A800000),
    /// 1 more.
    CSINC(0x1A800400),
    /// Its complement.
    CSINV(0x5A800000),
    CSNEG(0x5A800400);

    private final int opcode;

    Select(int opcode) {
        this.opcode = opcode;
    }

    int opcode() {
        return opcode;
    }
}

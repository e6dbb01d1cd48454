package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.EncodingException;
import dev.tenon.base.Problem;

/// Loads and stores of one register.
public enum Access {
    /// As many bytes as the register has.
    LDR(-1, true, false),
    STR(-1, false, false),
    LDRB(0, true, false),
    STRB(0, false, false),
    LDRH(1, true, false),
    STRH(1, false, false),
    /// Extended by the sign, like those that follow.
    LDRSB(0, true, true),
    LDRSH(1, true, true),
    LDRSW(2, true, true);

    static final int VECTOR = 1 << 26;
    private static final int SINGLE = 0x38000000;
    private static final int SCALED_OFFSET = 1 << 24;
    private static final int MAX_SCALED = 4095;

    /// Any number of the field of register offsets.
    private static final int INDEXED = 0x00200800;

    private static final int EXTEND_SIGN = 6 << 13;
    private static final int SHIFT_LEFT = 3 << 13;
    private static final int SCALED_INDEX = 1 << 12;
    private static final int AFTER = 0x400;
    private static final int BEFORE = 0xC00;

    /// The binary logarithm of the bytes; -1 for the register's own.
    private final int size;

    private final boolean loads;
    private final boolean signed;

    Access(int size, boolean loads, boolean signed) {
        this.size = size;
        this.loads = loads;
        this.signed = signed;
    }

    int word(Operand register, Address address) {
        return switch (register) {
            case Gpr gpr when !gpr.isStackPointer() -> general(gpr, address);
            case Vec vec when vec.arrangement().isScalar() && size < 0 -> vector(vec, address);
            default ->
                    throw new EncodingException(
                            Problem.of(this + " does not take this register").got(register));
        };
    }

    private int general(Gpr register, Address address) {
        CodeBuffer.require(
                size < 0 || (this == LDRSW ? register.isWide() : signed || !register.isWide()),
                this + " does not take this register",
                register);
        int scale = size < 0 ? register.isWide() ? 3 : 2 : size;
        if (address instanceof Address.Literal) {
            CodeBuffer.require(
                    this == LDR || this == LDRSW, this + " does not take a literal", address);
            int opc = signed ? 2 : scale - 2;
            return 0x18000000 | opc << 30 | register.code();
        }
        int opc = signed ? register.isWide() ? 2 : 3 : loads ? 1 : 0;
        return SINGLE | scale << 30 | opc << 22 | register.code() | place(address, scale);
    }

    private int vector(Vec register, Address address) {
        int scale = register.arrangement().size();
        if (address instanceof Address.Literal) {
            CodeBuffer.require(loads && scale >= 2, this + " does not take a literal", register);
            return 0x18000000 | VECTOR | scale - 2 << 30 | register.number();
        }
        int opc = (scale == 4 ? 2 : 0) | (loads ? 1 : 0);
        int word = SINGLE | VECTOR | (scale & 3) << 30 | opc << 22;
        return word | register.number() | place(address, scale);
    }

    /// The fields of an address.
    ///
    /// @param scale the binary logarithm of the bytes
    static int place(Address address, int scale) {
        return switch (address) {
            case Address.Offset(var base, int bytes) -> {
                int scaled = bytes >> scale;
                yield base.code() << 5
                        | (bytes >= 0 && scaled << scale == bytes && scaled <= MAX_SCALED
                                ? SCALED_OFFSET | scaled << 10
                                : nine(bytes));
            }
            case Address.Before(var base, int bytes) -> base.code() << 5 | BEFORE | nine(bytes);
            case Address.After(var base, int bytes) -> base.code() << 5 | AFTER | nine(bytes);
            case Address.Indexed(var base, var index, boolean scaled) ->
                    base.code() << 5
                            | INDEXED
                            | (index.isWide() ? SHIFT_LEFT : EXTEND_SIGN)
                            | (scaled ? SCALED_INDEX : 0)
                            | index.code() << 16;
            case Address.Stepping _, Address.Literal _ ->
                    throw new EncodingException(
                            Problem.of("no such address for one register").got(address));
        };
    }

    private static int nine(int bytes) {
        CodeBuffer.require(bytes >= -256 && bytes < 256, "an offset is out of range", bytes);
        return (bytes & 0x1FF) << 12;
    }
}

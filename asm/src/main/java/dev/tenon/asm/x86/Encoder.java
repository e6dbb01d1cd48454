package dev.tenon.asm.x86;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.x86.Encoding.Map;
import dev.tenon.asm.x86.Encoding.Prefix;
import org.jspecify.annotations.Nullable;

/// Prefixes, ModRM, SIB and displacements (Intel, Software Developer's Manual, volume 2, chapter
/// 2). Registers are given by number, the `rm` operand as it is.
final class Encoder {
    private static final int REX = 0x40;
    private static final int REX_W = 8;
    private static final int REX_R = 4;
    private static final int REX_X = 2;
    private static final int REX_B = 1;
    private static final int SIB_FOLLOWS = 4;
    private static final int NO_INDEX = 4;

    private final CodeBuffer code;

    Encoder(CodeBuffer code) {
        this.code = code;
    }

    /// The number of a register, or what extends an address: only the bits from 3 on matter to
    /// prefixes.
    static int number(@Nullable Operand register) {
        return switch (register) {
            case Gpr gpr -> gpr.number();
            case Vec vec -> vec.number();
            case Mask mask -> mask.number();
            case null -> 0;
            case Address _, Broadcast _, Masked _, Imm _ ->
                    throw new IllegalArgumentException(register + " is no register");
        };
    }

    private static int base(Operand rm) {
        return number(rm instanceof Address address ? address.base() : rm);
    }

    private static int index(Operand rm) {
        return rm instanceof Address address ? number(address.index()) : 0;
    }

    private static int extension(int register, int bit) {
        return (register & 8) != 0 ? bit : 0;
    }

    /// The bit of a prefix that is set where the register's bit is not.
    private static int inverted(int register, int registerBit, int bit) {
        return (register & registerBit) == 0 ? bit : 0;
    }

    /// REX, where it is needed, and the opcode.
    void legacy(boolean wide, int reg, Operand rm, int... opcode) {
        int rex =
                (wide ? REX_W : 0)
                        | extension(reg, REX_R)
                        | extension(index(rm), REX_X)
                        | extension(base(rm), REX_B);
        if (rex != 0) {
            code.u8(REX | rex);
        }
        for (int part : opcode) {
            code.u8(part);
        }
    }

    void vex(Encoding encoding, Vec.Width width, int reg, int vvvv, Operand rm) {
        boolean r = reg >= 8;
        boolean x = index(rm) >= 8;
        boolean b = base(rm) >= 8;
        int last = (~vvvv & 0xF) << 3 | width.ordinal() << 2 | encoding.prefix().ordinal();
        if (encoding.map() == Map.M0F && !encoding.wide() && !x && !b) {
            code.u8(0xC5);
            code.u8((r ? 0 : 0x80) | last);
        } else {
            code.u8(0xC4);
            code.u8((r ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | encoding.map().code());
            code.u8((encoding.wide() ? 0x80 : 0) | last);
        }
        code.u8(encoding.opcode());
    }

    /// The prefix of AVX-512 (chapter 2.7).
    ///
    /// @param mask the register that chooses lanes, 0 for all
    void evex(
            Encoding encoding,
            Vec.Width width,
            int reg,
            int vvvv,
            Operand rm,
            int mask,
            boolean zeroing) {
        boolean broadcast = rm instanceof Broadcast;
        var place = broadcast ? ((Broadcast) rm).address() : rm;
        // What names a high vector register extends the index of an address.
        int x =
                place instanceof Address
                        ? inverted(index(place), 8, 0x40)
                        : inverted(number(place), 16, 0x40);
        code.u8(0x62);
        code.u8(
                inverted(reg, 8, 0x80)
                        | x
                        | inverted(base(place), 8, 0x20)
                        | inverted(reg, 16, 0x10)
                        | encoding.map().code());
        code.u8(
                (encoding.wide() ? 0x80 : 0)
                        | (~vvvv & 0xF) << 3
                        | 0x04
                        | encoding.prefix().ordinal());
        code.u8(
                (zeroing ? 0x80 : 0)
                        | width.ordinal() << 5
                        | (broadcast ? 0x10 : 0)
                        | inverted(vvvv, 16, 0x08)
                        | mask);
        code.u8(encoding.opcode());
    }

    void sse(Encoding encoding, int reg, Operand rm) {
        if (encoding.prefix() != Prefix.NP) {
            code.u8(encoding.prefix().code());
        }
        legacy(encoding.wide(), reg, rm, 0x0F, encoding.opcode());
    }

    /// ModRM and what follows it.
    ///
    /// @param trailing the bytes of the instruction that come after it
    void modRm(int reg, Operand rm, int trailing) {
        modRm(reg, rm, trailing, 1);
    }

    /// @param unit what a displacement of one byte counts in
    void modRm(int reg, Operand rm, int trailing, int unit) {
        int field = (reg & 7) << 3;
        switch (rm) {
            case Address address -> memory(field, address, trailing, unit);
            case Broadcast(var address) -> memory(field, address, trailing, unit);
            case Gpr _, Vec _, Mask _ -> code.u8(0xC0 | field | number(rm) & 7);
            case Masked _, Imm _ -> throw new IllegalArgumentException(rm + " is no place");
        }
    }

    private void memory(int field, Address address, int trailing, int unit) {
        var label = address.label();
        if (label != null) {
            CodeBuffer.require(
                    address.displacement() == 0, "a label takes no displacement", address);
            code.u8(field | 5);
            code.distance(label, trailing);
            return;
        }
        int base = number(address.base()) & 7;
        int displacement = address.displacement();
        boolean sib = address.index() != null || base == SIB_FOLLOWS;
        // A base of rbp or r13 without displacement means something else.
        boolean none = displacement == 0 && base != Gpr.RBP.number();
        int units = displacement / unit;
        boolean small = units * unit == displacement && units == (byte) units;
        int mode = none ? 0 : small ? 0x40 : 0x80;
        code.u8(mode | field | (sib ? SIB_FOLLOWS : base));
        if (sib) {
            int index = address.index() == null ? NO_INDEX : number(address.index()) & 7;
            code.u8(Integer.numberOfTrailingZeros(address.scale()) << 6 | index << 3 | base);
        }
        if (mode == 0x40) {
            code.u8(units);
        } else if (mode == 0x80) {
            code.u32(displacement);
        }
    }
}

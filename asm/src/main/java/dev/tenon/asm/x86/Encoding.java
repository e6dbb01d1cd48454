package dev.tenon.asm.x86;

import org.jspecify.annotations.Nullable;

/// One way to encode an instruction.
///
/// @param prefix the mandatory prefix
/// @param map which table the opcode is from
/// @param wide the W bit
/// @param digit what the `reg` field holds where it is no operand
/// @param tuple what it touches in memory; null where the prefix is not EVEX
record Encoding(
        Signature signature,
        Prefix prefix,
        Map map,
        int opcode,
        boolean wide,
        int digit,
        @Nullable Tuple tuple) {
    /// In the order of the field `pp` of VEX.
    enum Prefix {
        NP(0),
        P66(0x66),
        PF3(0xF3),
        PF2(0xF2);

        private final int code;

        Prefix(int code) {
            this.code = code;
        }

        /// The byte of the legacy form; 0 for none.
        int code() {
            return code;
        }
    }

    /// In the order of the field `mmmmm` of VEX, less one.
    enum Map {
        M0F,
        M0F38,
        M0F3A;

        int code() {
            return ordinal() + 1;
        }
    }

    static Encoding of(Signature signature, Prefix prefix, Map map, int opcode) {
        return new Encoding(signature, prefix, map, opcode, false, 0, null);
    }

    static Encoding wide(Signature signature, Prefix prefix, Map map, int opcode) {
        return new Encoding(signature, prefix, map, opcode, true, 0, null);
    }

    static Encoding digit(Signature signature, Prefix prefix, Map map, int opcode, int digit) {
        return new Encoding(signature, prefix, map, opcode, false, digit, null);
    }

    static Encoding wideDigit(Signature signature, Prefix prefix, Map map, int opcode, int digit) {
        return new Encoding(signature, prefix, map, opcode, true, digit, null);
    }

    /// The same with an EVEX prefix.
    Encoding evex(Tuple touched) {
        return new Encoding(signature, prefix, map, opcode, wide, digit, touched);
    }

    /// How many bytes of memory are touched; 1 where none are, or where that does not matter.
    int touched(Vec.Width width, Operand rm) {
        int element = wide ? Double.BYTES : Float.BYTES;
        return tuple == null ? 1 : tuple.bytes(width, element, rm instanceof Broadcast);
    }

    boolean accepts(Operand... operands) {
        var kinds = signature.kinds();
        if (kinds.size() != operands.length) {
            return false;
        }
        Vec.Width width = null;
        for (int i = 0; i < operands.length; i++) {
            if (!kinds.get(i).accepts(operands[i]) || !allows(operands[i])) {
                return false;
            }
            if (kinds.get(i).hasWidth() && operands[i] instanceof Vec vec) {
                if (width != null && width != vec.width()) {
                    return false;
                }
                width = vec.width();
            }
        }
        return width == null || halvesFit(width, operands);
    }

    /// Whether registers that hold half a vector, or a quarter, are of that width.
    private boolean halvesFit(Vec.Width width, Operand... operands) {
        for (int i = 0; i < operands.length; i++) {
            int halvings = signature.kinds().get(i).halvings();
            if (halvings > 0
                    && operands[i] instanceof Vec vec
                    && vec.width().ordinal() != Math.max(0, width.ordinal() - halvings)) {
                return false;
            }
        }
        return true;
    }

    private boolean allows(Operand operand) {
        return switch (operand) {
            case Vec vec -> tuple != null || vec.isPlain();
            case Broadcast _ -> tuple != null && tuple.broadcasts();
            case Gpr _, Mask _, Address _, Imm _ -> true;
            case Masked _ -> false;
        };
    }

    /// The width of the operands that have the instruction's width; `XMM` where none has.
    Vec.Width width(Operand... operands) {
        for (int i = 0; i < operands.length; i++) {
            if (signature.kinds().get(i).hasWidth() && operands[i] instanceof Vec vec) {
                return vec.width();
            }
        }
        return Vec.Width.XMM;
    }
}

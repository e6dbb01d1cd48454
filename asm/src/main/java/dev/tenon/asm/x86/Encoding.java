package dev.tenon.asm.x86;

/// One way to encode an instruction.
///
/// @param prefix the mandatory prefix
/// @param map which table the opcode is from
/// @param wide the W bit
/// @param digit what the `reg` field holds where it is no operand
record Encoding(Signature signature, Prefix prefix, Map map, int opcode, boolean wide, int digit) {
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
        return new Encoding(signature, prefix, map, opcode, false, 0);
    }

    static Encoding wide(Signature signature, Prefix prefix, Map map, int opcode) {
        return new Encoding(signature, prefix, map, opcode, true, 0);
    }

    static Encoding digit(Signature signature, Prefix prefix, Map map, int opcode, int digit) {
        return new Encoding(signature, prefix, map, opcode, false, digit);
    }

    boolean accepts(Operand... operands) {
        var kinds = signature.kinds();
        if (kinds.size() != operands.length) {
            return false;
        }
        Vec.Width width = null;
        for (int i = 0; i < operands.length; i++) {
            if (!kinds.get(i).accepts(operands[i])) {
                return false;
            }
            if (kinds.get(i).hasWidth() && operands[i] instanceof Vec vec) {
                if (width != null && width != vec.width()) {
                    return false;
                }
                width = vec.width();
            }
        }
        return true;
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

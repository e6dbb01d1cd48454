package dev.tenon.asm.aarch64;

import java.util.List;

/// The operands that a vector instruction takes, in the order of the assembler language, and which
/// register field each is encoded in: `d`, `n`, `m` or `a`, or none (`-`).
enum Signature {
    V_V("dn", Kind.V, Kind.V),
    V_V_V("dnm", Kind.V, Kind.V, Kind.V),
    V_V_V_V("dnma", Kind.V, Kind.V, Kind.V, Kind.V),
    V_V_FACTOR("dnm", Kind.V, Kind.V, Kind.FACTOR),
    V_V_ZERO("dn-", Kind.V, Kind.V, Kind.ZERO),
    V_V_LEFT("dn-", Kind.V, Kind.V, Kind.LEFT),
    V_V_RIGHT("dn-", Kind.V, Kind.V, Kind.RIGHT),
    V_V_V_INDEX("dnm-", Kind.V, Kind.V, Kind.V, Kind.INDEX),
    V_TABLE_V("dnm", Kind.V, Kind.TABLE, Kind.V),
    V_LANE("dn", Kind.V, Kind.LANE),
    V_SPREAD("dn", Kind.V, Kind.SPREAD_R),
    V_R("dn", Kind.V, Kind.R),
    V_LANE_R("dn", Kind.V, Kind.LANE_R_31),
    V_BYTE("d-", Kind.V, Kind.BYTE),
    V_FLOAT("d-", Kind.V, Kind.LANES_FLOAT),
    SCALAR_FLOAT("d-", Kind.V, Kind.SCALAR_FLOAT),
    /// A comparison, which has no destination.
    COMPARED("nm", Kind.V, Kind.V),
    COMPARED_ZERO("n-", Kind.V, Kind.ZERO),
    WIDE_V("dn", Kind.WIDE, Kind.V),
    WIDE_V_V("dnm", Kind.WIDE, Kind.V, Kind.V),
    WIDE_WIDE_V("dnm", Kind.WIDE, Kind.WIDE, Kind.V),
    WIDE_V_FACTOR("dnm", Kind.WIDE, Kind.V, Kind.FACTOR),
    WIDE_V_LEFT("dn-", Kind.WIDE, Kind.V, Kind.LEFT),
    V_WIDE("dn", Kind.V, Kind.WIDE),
    V_WIDE_RIGHT("dn-", Kind.V, Kind.WIDE, Kind.RIGHT),
    PAIRED_V("dn", Kind.PAIRED, Kind.V),
    SUMS_V_V("dnm", Kind.SUMS, Kind.V, Kind.V),
    SUMS_V_FACTOR("dnm", Kind.SUMS, Kind.V, Kind.FACTOR),
    SUMS_V_GROUP("dnm", Kind.SUMS, Kind.V, Kind.GROUP),
    ELEMENT_V("dn", Kind.ELEMENT, Kind.V),
    WIDE_ELEMENT_V("dn", Kind.WIDE_ELEMENT, Kind.V),
    ELEMENT_LANE("dn", Kind.ELEMENT, Kind.LANE),
    LANE_LANE("dn", Kind.LANE, Kind.SOURCE_LANE),
    LANE_R("dn", Kind.LANE, Kind.LANE_R),
    R_LANE("dn", Kind.LANE_R_30, Kind.LANE),
    X_LANE("dn", Kind.X, Kind.LANE),
    R_V("dn", Kind.R, Kind.V),
    LANE_R_V("dn", Kind.LANE_R_31, Kind.V);

    private final String fields;
    private final List<Kind> kinds;

    Signature(String fields, Kind... kinds) {
        this.fields = fields;
        this.kinds = List.of(kinds);
    }

    List<Kind> kinds() {
        return kinds;
    }

    boolean accepts(Arrangement shape, Operand... operands) {
        if (operands.length != kinds.size()) {
            return false;
        }
        for (int i = 0; i < operands.length; i++) {
            if (!kinds.get(i).accepts(operands[i], shape)) {
                return false;
            }
        }
        return true;
    }

    /// What accepted operands add to the encoding.
    int bits(Arrangement shape, Operand... operands) {
        int bits = 0;
        for (int i = 0; i < operands.length; i++) {
            int register = number(operands[i]);
            bits |= kinds.get(i).bits(operands[i], shape);
            bits |=
                    switch (fields.charAt(i)) {
                        case 'd' -> register;
                        case 'n' -> register << 5;
                        case 'm' -> register << 16;
                        case 'a' -> register << 10;
                        default -> 0;
                    };
        }
        return bits;
    }

    private static int number(Operand operand) {
        return switch (operand) {
            case Vec vec -> vec.number();
            case Lane lane -> lane.number();
            case VecList list -> list.first().number();
            case Gpr gpr -> gpr.code();
            case Imm _, Address _ -> 0;
        };
    }
}

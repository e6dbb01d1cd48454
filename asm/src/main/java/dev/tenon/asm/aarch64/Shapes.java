package dev.tenon.asm.aarch64;

import static dev.tenon.asm.aarch64.Arrangement.B16;
import static dev.tenon.asm.aarch64.Arrangement.B8;
import static dev.tenon.asm.aarch64.Arrangement.D;
import static dev.tenon.asm.aarch64.Arrangement.D2;
import static dev.tenon.asm.aarch64.Arrangement.H;
import static dev.tenon.asm.aarch64.Arrangement.H4;
import static dev.tenon.asm.aarch64.Arrangement.H8;
import static dev.tenon.asm.aarch64.Arrangement.S;
import static dev.tenon.asm.aarch64.Arrangement.S2;
import static dev.tenon.asm.aarch64.Arrangement.S4;

import java.util.List;

/// The arrangements in which an encoding takes its vectors, and the bits that tell them apart. Of
/// operands that differ, the narrower is meant.
enum Shapes {
    INTEGERS(Rule.SIZE, B8, B16, H4, H8, S2, S4, D2),
    SMALL_INTEGERS(Rule.SIZE, B8, B16, H4, H8, S2, S4),
    MIDDLE_INTEGERS(Rule.SIZE, H4, H8, S2, S4),
    /// What is folded across lanes.
    FOLDED_INTEGERS(Rule.SIZE, B8, B16, H4, H8, S4),
    BYTES_AND_HALVES(Rule.SIZE, B8, B16, H4, H8),
    BYTES(Rule.Q, B8, B16),
    SIXTEEN_BYTES(Rule.NONE, B16),
    FLOATS(Rule.PRECISION, S2, S4, D2),
    SINGLES(Rule.Q, S2, S4),
    FOUR_SINGLES(Rule.NONE, S4),
    TWO_DOUBLES(Rule.NONE, D2),
    /// Two lanes that are folded into one.
    PAIRS(Rule.PAIR, S2, D2),
    HALVES(Rule.Q, H4, H8),
    FOUR_HALVES(Rule.NONE, H4),
    EIGHT_HALVES(Rule.NONE, H8),
    /// One floating-point number of 32 or 64 bits.
    SCALARS(Rule.TYPE, S, D),
    /// One floating-point number of 16 bits.
    HALF(Rule.TYPE, H),
    TO_HALF(Rule.NONE, H),
    SINGLE(Rule.NONE, S),
    /// Where an immediate tells the size of lanes.
    ANY(Rule.Q, B8, B16, H4, H8, S2, S4, D2),
    /// Lanes of a register.
    LANES(Rule.NONE, B16, H8, S4, D2),
    SMALL_LANES(Rule.NONE, B16, H8, S4),
    /// Half a register, which becomes a whole one.
    LOW(Rule.Q, B8, H4, S2),
    LOW_INTEGERS(Rule.SIZE, B8, H4, S2),
    LOW_MIDDLE(Rule.SIZE, H4, S2),
    LOW_EXTENDED(Rule.EXTEND, B8, H4, S2),
    LOW_FLOATS(Rule.NARROW, H4, S2),
    /// The upper half of a register.
    HIGH(Rule.Q, B16, H8, S4),
    HIGH_INTEGERS(Rule.SIZE, B16, H8, S4),
    HIGH_MIDDLE(Rule.SIZE, H8, S4),
    HIGH_EXTENDED(Rule.EXTEND, B16, H8, S4),
    HIGH_FLOATS(Rule.NARROW, H8, S4);

    /// Where the bits are that tell arrangements apart.
    private enum Rule {
        NONE {
            @Override
            int bits(Arrangement shape) {
                return 0;
            }
        },
        /// Whether the whole register is meant.
        Q {
            @Override
            int bits(Arrangement shape) {
                return (shape.bytes() == Arrangement.Q.bytes() ? 1 : 0) << 30;
            }
        },
        SIZE {
            @Override
            int bits(Arrangement shape) {
                return Q.bits(shape) | shape.size() << 22;
            }
        },
        PRECISION {
            @Override
            int bits(Arrangement shape) {
                return Q.bits(shape) | PAIR.bits(shape);
            }
        },
        PAIR {
            @Override
            int bits(Arrangement shape) {
                return (shape.laneBytes() == Double.BYTES ? 1 : 0) << 22;
            }
        },
        NARROW {
            @Override
            int bits(Arrangement shape) {
                return Q.bits(shape) | (shape.laneBytes() == Float.BYTES ? 1 : 0) << 22;
            }
        },
        TYPE {
            @Override
            int bits(Arrangement shape) {
                return (shape == S ? 0 : shape == D ? 1 : 3) << 22;
            }
        },
        EXTEND {
            @Override
            int bits(Arrangement shape) {
                return Q.bits(shape) | shape.laneBytes() * Byte.SIZE << 16;
            }
        };

        abstract int bits(Arrangement shape);
    }

    private final Rule rule;
    private final List<Arrangement> arrangements;

    Shapes(Rule rule, Arrangement... arrangements) {
        this.rule = rule;
        this.arrangements = List.of(arrangements);
    }

    List<Arrangement> arrangements() {
        return arrangements;
    }

    int bits(Arrangement shape) {
        return rule.bits(shape);
    }
}

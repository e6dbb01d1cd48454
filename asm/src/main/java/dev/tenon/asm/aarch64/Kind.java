package dev.tenon.asm.aarch64;

import org.jspecify.annotations.Nullable;

/// What an operand of a vector instruction has to be, given the arrangement of the instruction, and
/// what it adds to the encoding beside the number of its register.
enum Kind {
    /// A vector or scalar of the arrangement.
    V,
    /// A vector of the whole register, or a scalar, whose lanes are twice as wide.
    WIDE,
    /// Lanes twice as wide, half as many.
    PAIRED,
    /// Sums: lanes of 32 bits, in as many bytes.
    SUMS,
    /// A single lane in a register of its own.
    ELEMENT,
    /// A single lane twice as wide.
    WIDE_ELEMENT,
    /// A lane, by the field `imm5`.
    LANE {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return (2 * ((Lane) operand).index() + 1 << shape.size()) << 16;
        }
    },
    /// A lane that is copied to another, by the field `imm4`.
    SOURCE_LANE {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return ((Lane) operand).index() << shape.size() << 11;
        }
    },
    /// A lane that all lanes are multiplied by, in one of the lower 16 registers where it has 16
    /// bits.
    FACTOR {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return indexBits(((Lane) operand).index(), shape.laneBytes());
        }
    },
    /// A group of 32 bits that all such groups are multiplied by.
    GROUP {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return indexBits(((Lane) operand).index(), Float.BYTES);
        }
    },
    /// A general-purpose register of either width.
    R {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return bit(31, ((Gpr) operand).isWide());
        }
    },
    /// A general-purpose register as wide as a lane, or of 32 bits for narrower ones.
    LANE_R,
    /// The same, which bit 30 tells.
    LANE_R_30 {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return bit(30, ((Gpr) operand).isWide());
        }
    },
    /// The same, which bit 31 tells.
    LANE_R_31 {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return bit(31, ((Gpr) operand).isWide());
        }
    },
    /// The same for each lane, by the field `imm5`.
    SPREAD_R {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return 1 << shape.size() << 16;
        }
    },
    /// A general-purpose register of 64 bits.
    X,
    /// Registers that a table lies in.
    TABLE {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return ((VecList) operand).count() - 1 << 13;
        }
    },
    /// A shift to the left, by less than a lane.
    LEFT {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return shape.laneBytes() * Byte.SIZE + number(operand) << 16;
        }
    },
    /// A shift to the right, by at least one and at most a lane.
    RIGHT {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return 2 * shape.laneBytes() * Byte.SIZE - number(operand) << 16;
        }
    },
    /// A byte within a vector.
    INDEX {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return number(operand) << 11;
        }
    },
    /// Eight bits, unsigned.
    BYTE {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return (number(operand) >> 5) << 16 | (number(operand) & 0x1F) << 5;
        }
    },
    /// A floating-point number in eight bits, for all lanes.
    LANES_FLOAT {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return BYTE.bits(operand, shape);
        }
    },
    /// The same for a scalar.
    SCALAR_FLOAT {
        @Override
        int bits(Operand operand, Arrangement shape) {
            return number(operand) << 13;
        }
    },
    /// The number 0.
    ZERO;

    /// Whether an operand fits.
    boolean accepts(Operand operand, Arrangement shape) {
        return switch (operand) {
            case Vec vec -> vec.arrangement() == arrangement(shape);
            case Lane lane -> accepts(lane, shape);
            case VecList list -> this == TABLE && list.first().arrangement() == Arrangement.B16;
            case Gpr gpr -> !gpr.isStackPointer() && accepts(gpr, shape);
            case Imm(long value, boolean isFloat) -> accepts(value, isFloat, shape);
            case Address _ -> false;
        };
    }

    private @Nullable Arrangement arrangement(Arrangement shape) {
        int lane = shape.laneBytes();
        return switch (this) {
            case V -> shape;
            case WIDE -> {
                var element = wider(shape);
                yield shape.isScalar()
                        ? element
                        : Arrangement.of(element.bytes(), Arrangement.Q.bytes());
            }
            case PAIRED -> Arrangement.of(2 * lane, shape.bytes());
            case SUMS -> Arrangement.of(Float.BYTES, shape.bytes());
            case ELEMENT -> shape.element();
            case WIDE_ELEMENT -> wider(shape);
            default -> null;
        };
    }

    private static Arrangement wider(Arrangement shape) {
        return Arrangement.values()[shape.size() + 1];
    }

    private boolean accepts(Lane lane, Arrangement shape) {
        return switch (this) {
            case LANE, SOURCE_LANE -> lane.element() == Lane.Element.of(shape);
            case FACTOR ->
                    lane.element() == Lane.Element.of(shape)
                            && (lane.element() != Lane.Element.H || lane.number() < 16);
            case GROUP -> lane.element() == Lane.Element.group(shape);
            default -> false;
        };
    }

    private boolean accepts(Gpr gpr, Arrangement shape) {
        return switch (this) {
            case R -> true;
            case X -> gpr.isWide();
            case LANE_R, LANE_R_30, LANE_R_31, SPREAD_R ->
                    gpr.isWide() == (shape.laneBytes() == Long.BYTES);
            default -> false;
        };
    }

    private boolean accepts(long value, boolean isFloat, Arrangement shape) {
        int laneBits = shape.laneBytes() * Byte.SIZE;
        return switch (this) {
            case LEFT -> !isFloat && value >= 0 && value < laneBits;
            case RIGHT -> !isFloat && value >= 1 && value <= laneBits;
            case INDEX -> !isFloat && value >= 0 && value < shape.bytes();
            case BYTE -> !isFloat && value >= 0 && value <= 0xFF;
            case LANES_FLOAT, SCALAR_FLOAT -> isFloat;
            case ZERO -> !isFloat && value == 0;
            default -> false;
        };
    }

    /// What an operand adds to the encoding beside the number of its register.
    int bits(Operand operand, Arrangement shape) {
        return 0;
    }

    /// The index of a lane that is a factor: the more bits, the smaller the lanes.
    private static int indexBits(int index, int laneBytes) {
        return switch (laneBytes) {
            case Short.BYTES ->
                    bit(11, (index & 4) != 0) | bit(21, (index & 2) != 0) | (index & 1) << 20;
            case Float.BYTES -> bit(11, (index & 2) != 0) | (index & 1) << 21;
            default -> index << 11;
        };
    }

    private static int number(Operand operand) {
        return (int) ((Imm) operand).value();
    }

    private static int bit(int position, boolean set) {
        return (set ? 1 : 0) << position;
    }
}

package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;
import dev.tenon.asm.Link;

/// How instructions hold the distance to a label, which is counted from the instruction.
enum Reach implements Link {
    /// An unconditional branch: within 128 MiB.
    BRANCH(26, 0),
    /// A conditional branch: within 1 MiB.
    CONDITION(19, 5),
    /// A constant that is loaded: within 1 MiB.
    LITERAL(19, 5),
    /// A test of a bit: within 32 KiB.
    BIT_TEST(14, 5),
    /// An address, in bytes: within 1 MiB.
    ADDRESS(21, 0) {
        @Override
        int scale() {
            return 1;
        }

        @Override
        int place(int value) {
            return (value & 3) << 29 | (value >> 2) << 5;
        }
    };

    private final int bits;
    private final int shift;

    Reach(int bits, int shift) {
        this.bits = bits;
        this.shift = shift;
    }

    int scale() {
        return Integer.BYTES;
    }

    int place(int value) {
        return value << shift;
    }

    @Override
    public int with(int word, int distance) {
        int value = distance / scale();
        CodeBuffer.require(value * scale() == distance, "a label is not aligned", distance);
        CodeBuffer.require(
                value >= -1 << bits - 1 && value < 1 << bits - 1,
                "a label is too far away",
                distance);
        return word | place(value & (1 << bits) - 1);
    }
}

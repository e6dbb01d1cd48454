package dev.tenon.asm.aarch64;

import java.util.OptionalInt;

/// The constants of logical instructions: ones that follow each other, rotated, in an element of 2,
/// 4, 8, 16, 32 or 64 bits that is repeated (Arm Architecture Reference Manual, `DecodeBitMasks`).
final class LogicalImmediate {
    private LogicalImmediate() {}

    /// The fields `N`, `immr` and `imms`, as they stand in an instruction; empty for other
    /// constants.
    ///
    /// @param value for 32 bits, the same in both halves
    static OptionalInt encode(long value) {
        if (value == 0 || value == -1) {
            return OptionalInt.empty();
        }
        int size = elementSize(value);
        long mask = -1L >>> Long.SIZE - size;
        long element = value & mask;
        int ones = Long.bitCount(element);
        // How far to rotate to the left until the ones are the lowest bits.
        for (int rotation = 0; rotation < size; rotation++) {
            if (rotate(element, rotation, size) == -1L >>> Long.SIZE - ones) {
                int n = size == Long.SIZE ? 1 : 0;
                int imms = ~(2 * size - 1) & 0x3F | ones - 1;
                return OptionalInt.of(n << 22 | rotation << 16 | imms << 10);
            }
        }
        return OptionalInt.empty();
    }

    private static int elementSize(long value) {
        int size = Long.SIZE;
        while (size > 2) {
            int half = size / 2;
            long mask = -1L >>> Long.SIZE - half;
            if ((value & mask) != (value >>> half & mask)) {
                break;
            }
            size = half;
        }
        return size;
    }

    private static long rotate(long element, int left, int size) {
        long mask = -1L >>> Long.SIZE - size;
        return left == 0 ? element : (element << left | element >>> size - left) & mask;
    }
}

package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;

/// A vector register.
///
/// @param number 0 … 31
public record Vec(Arrangement arrangement, int number) implements Operand {
    /// How many there are.
    public static final int COUNT = 32;

    public Vec {
        CodeBuffer.require(number >= 0 && number < COUNT, "no such vector register", number);
    }

    public static Vec b(int number) {
        return new Vec(Arrangement.B, number);
    }

    public static Vec h(int number) {
        return new Vec(Arrangement.H, number);
    }

    public static Vec s(int number) {
        return new Vec(Arrangement.S, number);
    }

    public static Vec d(int number) {
        return new Vec(Arrangement.D, number);
    }

    public static Vec q(int number) {
        return new Vec(Arrangement.Q, number);
    }

    /// Four lanes of 32 bits.
    public static Vec s4(int number) {
        return new Vec(Arrangement.S4, number);
    }

    /// Two lanes of 64 bits.
    public static Vec d2(int number) {
        return new Vec(Arrangement.D2, number);
    }

    /// Eight lanes of 16 bits.
    public static Vec h8(int number) {
        return new Vec(Arrangement.H8, number);
    }

    /// Sixteen lanes of 8 bits.
    public static Vec b16(int number) {
        return new Vec(Arrangement.B16, number);
    }

    /// The same register, seen otherwise.
    public Vec as(Arrangement other) {
        return new Vec(other, number);
    }

    /// One lane of the same register.
    public Lane lane(int index) {
        return new Lane(Lane.Element.of(arrangement), number, index);
    }

    @Override
    public String toString() {
        return arrangement.isScalar()
                ? arrangement.toString() + number
                : "v" + number + "." + arrangement;
    }
}

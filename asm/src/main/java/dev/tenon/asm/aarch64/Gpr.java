package dev.tenon.asm.aarch64;

import dev.tenon.asm.CodeBuffer;

/// A general-purpose register, the zero register or the stack pointer.
///
/// @param number 0 … 30; 31 is the zero register, 32 the stack pointer
public record Gpr(Width width, int number) implements Operand {
    /// How much of the register an instruction works on.
    public enum Width {
        /// The lower 32 bits; writing them clears the upper ones.
        W,
        /// All 64 bits.
        X
    }

    private static final int ZERO = 31;
    private static final int STACK = 32;

    /// Reads as 0; what is written to it is lost.
    public static final Gpr XZR = x(ZERO);

    public static final Gpr WZR = w(ZERO);

    public static final Gpr SP = x(STACK);

    /// Where a call leaves the address to return to.
    public static final Gpr LR = x(30);

    public Gpr {
        CodeBuffer.require(number >= 0 && number <= STACK, "no such register", number);
        CodeBuffer.require(
                width == Width.X || number != STACK, "the stack pointer has 64 bits", number);
    }

    public static Gpr x(int number) {
        return new Gpr(Width.X, number);
    }

    public static Gpr w(int number) {
        return new Gpr(Width.W, number);
    }

    /// The lower half of the same register.
    public Gpr low() {
        return w(number);
    }

    public boolean isWide() {
        return width == Width.X;
    }

    public boolean isStackPointer() {
        return number == STACK;
    }

    public boolean isZero() {
        return number == ZERO;
    }

    /// What stands in an instruction.
    int code() {
        return isStackPointer() ? ZERO : number;
    }

    @Override
    public String toString() {
        if (isStackPointer()) {
            return "sp";
        }
        return (isWide() ? "x" : "w") + (isZero() ? "zr" : Integer.toString(number));
    }
}

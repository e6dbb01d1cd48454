package dev.tenon.asm.x86;

/// A number within the instruction.
public record Imm(int value) implements Operand {
    public static Imm imm(int value) {
        return new Imm(value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}

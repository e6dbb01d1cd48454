package dev.tenon.asm.x86;

/// One number in memory that stands for a whole vector; operand of instructions of [Avx512] that
/// work on numbers of 32 or 64 bits.
public record Broadcast(Address address) implements Operand {
    @Override
    public String toString() {
        return address + "{1to?}";
    }
}

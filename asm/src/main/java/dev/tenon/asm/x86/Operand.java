package dev.tenon.asm.x86;

/// What an instruction works on.
public sealed interface Operand permits Gpr, Vec, Mask, Address, Broadcast, Masked, Imm {}

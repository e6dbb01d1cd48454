package dev.tenon.asm.x86;

/// What an instruction works on.
public sealed interface Operand permits Gpr, Vec, Address, Imm {}

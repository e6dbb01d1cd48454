package dev.tenon.asm.aarch64;

/// What an instruction works on.
public sealed interface Operand permits Gpr, Vec, VecList, Lane, Imm, Address {}

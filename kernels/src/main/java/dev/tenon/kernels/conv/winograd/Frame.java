package dev.tenon.kernels.conv.winograd;

import static dev.tenon.asm.x86.Address.at;
import static dev.tenon.asm.x86.Gpr.RSP;

import dev.tenon.asm.x86.Gpr;
import dev.tenon.asm.x86.X86Assembler;

/// Room on the stack from `rsp` on, aligned to cache lines.
///
/// @param bytes how much
record Frame(X86Assembler a, int bytes) {
    private static final int LINE = 64;

    /// @param temporary overwritten
    void enter(Gpr temporary) {
        a.mov(temporary, RSP);
        a.sub(RSP, bytes + Long.BYTES);
        a.alu(X86Assembler.Alu.AND, RSP, -LINE);
        a.mov(at(RSP, bytes), temporary);
    }

    void leave() {
        a.mov(RSP, at(RSP, bytes));
    }
}

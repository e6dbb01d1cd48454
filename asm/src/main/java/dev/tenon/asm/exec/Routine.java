package dev.tenon.asm.exec;

import java.lang.foreign.MemorySegment;

/// An emitted routine that is ready to be called. Its memory lasts as long as this object is
/// reachable.
///
/// Nothing checks what the code does: a wrong routine, or a wrong address given to it, ends the
/// process. Whoever calls one keeps the memory behind the addresses reachable until it returns.
public final class Routine {
    private final String name;
    private final int bytes;
    private final MemorySegment entry;

    Routine(String name, int bytes, MemorySegment entry) {
        this.name = name;
        this.bytes = bytes;
        this.entry = entry;
    }

    public String name() {
        return name;
    }

    /// The length of the code.
    public int bytes() {
        return bytes;
    }

    /// Calls the routine after the convention of Linux. On x86-64 six arguments are in `rdi`,
    /// `rsi`, `rdx`, `rcx`, `r8` and `r9`, two on the stack, and the result in `rax`; on AArch64
    /// they are in `x0` … `x7`, and the result in `x0`. It has to take no more than eight.
    public long call(long a, long b, long c, long d, long e, long f, long g, long h) {
        return Downcall.call(entry, a, b, c, d, e, f, g, h);
    }

    @Override
    public String toString() {
        return name + " (" + bytes + " bytes)";
    }
}

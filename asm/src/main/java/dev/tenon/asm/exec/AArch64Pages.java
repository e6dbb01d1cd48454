package dev.tenon.asm.exec;

import static dev.tenon.asm.aarch64.Gpr.x;

import dev.tenon.asm.aarch64.AArch64Assembler;
import dev.tenon.asm.aarch64.Alu;
import dev.tenon.asm.aarch64.Barrier;
import dev.tenon.asm.aarch64.CacheLine;
import dev.tenon.asm.aarch64.Condition;
import dev.tenon.asm.aarch64.Gpr;
import dev.tenon.asm.aarch64.Shift;
import dev.tenon.base.ResourceException;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// Pages of Linux on AArch64, where instructions are not fetched from the caches that data are
/// written to (Arm Architecture Reference Manual for A-profile, section B2.4.4).
///
/// @param synchronize `f(from, to)`, which lets instructions be fetched from where data were
///   written
/// @param syscall of the C library
record AArch64Pages(Pages pages, Routine synchronize, MemorySegment syscall) implements Pages {
    /// The system call `membarrier`, and what it is asked for: that all cores on which this process
    /// runs forget what they have fetched.
    private static final int MEMBARRIER = 283;

    private static final int SYNC_CORE = 1 << 5;
    private static final int REGISTER_SYNC_CORE = 1 << 6;

    /// The routine that synchronises cannot do so for itself; its page is fresh, and of those Linux
    /// takes care when they become executable.
    ///
    /// @throws ResourceException when the operating system refuses
    static AArch64Pages of(Pages pages) {
        var syscall =
                Downcall.find("syscall")
                        .orElseThrow(() -> new ResourceException("the C library has no syscall"));
        var routine = CodeMemory.install(pages, "synchronize", synchronizeCode());
        var all = new AArch64Pages(pages, routine, syscall);
        all.barrier(REGISTER_SYNC_CORE);
        return all;
    }

    private void barrier(int command) {
        if (Downcall.call(syscall, MEMBARRIER, command, 0, 0, 0, 0, 0, 0) != 0) {
            throw new ResourceException("the operating system does not synchronise the cores");
        }
    }

    @Override
    public long map(long bytes) {
        return pages.map(bytes);
    }

    @Override
    public boolean protect(long address, long bytes, int access) {
        return pages.protect(address, bytes, access);
    }

    @Override
    public void preferHuge(long address, long bytes) {
        pages.preferHuge(address, bytes);
    }

    @Override
    public void unmap(long address, long bytes) {
        pages.unmap(address, bytes);
    }

    @Override
    public void synchronize(long address, long bytes) {
        synchronize.call(address, address + bytes, 0, 0, 0, 0, 0, 0);
        barrier(SYNC_CORE);
    }

    /// Writes data back to where instructions are fetched from, line by line, then forgets
    /// instructions. The lines are as long as `CTR_EL0` says: powers of two of words of four bytes.
    static byte[] synchronizeCode() {
        var a = new AArch64Assembler(Set.of());
        var lengths = x(2);
        a.cacheType(lengths);
        a.ubfx(x(3), lengths, 16, 4);
        eachLine(a, x(3), CacheLine.CLEAN_DATA);
        a.emit(Barrier.DSB_ISH);
        a.ubfx(x(3), lengths, 0, 4);
        eachLine(a, x(3), CacheLine.INVALIDATE_INSTRUCTIONS);
        a.emit(Barrier.DSB_ISH);
        a.emit(Barrier.ISB);
        a.ret();
        return a.finish();
    }

    /// @param length the binary logarithm of a line's words; overwritten
    private static void eachLine(AArch64Assembler a, Gpr length, CacheLine operation) {
        var line = x(4);
        var loop = a.label("line");
        a.mov(line, Integer.BYTES);
        a.shift(Shift.LSL, length, line, length);
        a.sub(line, length, 1);
        a.alu(Alu.BIC, line, x(0), line);
        a.bind(loop);
        a.emit(operation, line);
        a.add(line, line, length);
        a.cmp(line, x(1));
        a.branch(Condition.LO, loop);
    }
}

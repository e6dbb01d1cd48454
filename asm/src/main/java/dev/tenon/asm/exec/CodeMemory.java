package dev.tenon.asm.exec;

import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory that the processor executes. Pages are written first and executable afterwards, never
/// both at once; they are given back when their routine is unreachable.
final class CodeMemory {
    private static final long PAGE = 4096;

    private CodeMemory() {}

    /// Makes code executable.
    ///
    /// @throws ResourceException when the operating system refuses
    static Routine install(Pages pages, String name, byte[] code) {
        long bytes = Math.ceilDiv(Math.max(1, code.length), PAGE) * PAGE;
        long address = pages.map(bytes);
        if (address == -1) {
            throw new ResourceException(
                    Problem.of("there are no pages for emitted code").got(bytes + " bytes"));
        }
        var memory = segment(address, bytes);
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        if (!pages.protect(address, bytes, Pages.READ | Pages.EXECUTE)) {
            pages.unmap(address, bytes);
            throw new ResourceException(
                    "the operating system does not let pages become executable");
        }
        pages.synchronize(address, code.length);
        PerfMap.add(address, code.length, name);
        return new Routine(name, code.length, owned(pages, address, bytes));
    }

    @SuppressWarnings("restricted") // The pages were just mapped, with this size.
    private static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @SuppressWarnings(
            "restricted") // As above; the segment unmaps its pages when it is unreachable.
    private static MemorySegment owned(Pages pages, long address, long bytes) {
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, Arena.ofAuto(), _ -> pages.unmap(address, bytes));
    }
}

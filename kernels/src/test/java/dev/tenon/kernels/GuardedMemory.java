package dev.tenon.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/// Native memory between two pages that nobody may touch, so that an access outside ends the
/// process.
@SuppressWarnings("restricted")
public final class GuardedMemory implements AutoCloseable {
    private static final long PAGE = 4096;

    private static final MethodHandle MPROTECT =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find("mprotect").orElseThrow(),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT));

    private static final int NONE = 0;
    private static final int READ_WRITE = 3;

    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> regions = new ArrayList<>();

    /// Numbers that begin right behind the first guard, or end right before the second.
    public MemorySegment floats(long count, boolean atStart) {
        long bytes = count * Float.BYTES;
        long inner = Math.max(1, Math.ceilDiv(bytes, PAGE)) * PAGE;
        var all = arena.allocate(inner + 3 * PAGE, PAGE);
        protect(all.asSlice(0, PAGE), NONE);
        protect(all.asSlice(PAGE + inner, PAGE), NONE);
        regions.add(all.asSlice(0, inner + 2 * PAGE));
        return all.asSlice(atStart ? PAGE : PAGE + inner - bytes, bytes);
    }

    /// Opens the guards and frees the memory.
    @Override
    public void close() {
        regions.forEach(region -> protect(region, READ_WRITE));
        arena.close();
    }

    private static void protect(MemorySegment pages, int access) {
        try {
            int failed = (int) MPROTECT.invokeExact(pages.address(), pages.byteSize(), access);
            if (failed != 0) {
                throw new IllegalStateException("mprotect failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

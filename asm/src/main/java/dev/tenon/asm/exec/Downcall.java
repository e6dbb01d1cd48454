package dev.tenon.asm.exec;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one way from Java to native code: eight numbers or addresses in, one out.
///
/// Every further descriptor costs start-up time, and a handle that is not a constant costs time at
/// each call. Surplus arguments do no harm in the calling conventions of Linux. Calls are never
/// `critical`, so that a long kernel does not hold up safepoints.
final class Downcall {
    private static final int ARGUMENTS = 8;

    private static final @Nullable MethodHandle CALL;
    private static final @Nullable Throwable FAILURE;

    static {
        MethodHandle handle = null;
        Throwable failure = null;
        try {
            handle = link();
        } catch (IllegalCallerException | UnsupportedOperationException e) {
            failure = e;
        }
        CALL = handle;
        FAILURE = failure;
    }

    private Downcall() {}

    @SuppressWarnings("restricted") // Machine code is called through here, and nothing else is.
    private static MethodHandle link() {
        var longs = new MemoryLayout[ARGUMENTS];
        Arrays.fill(longs, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker()
                .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, longs));
    }

    /// Why nothing can be called; empty when it can.
    static Optional<Throwable> failure() {
        return Optional.ofNullable(FAILURE);
    }

    /// A function of the C library.
    static Optional<MemorySegment> find(String name) {
        return Linker.nativeLinker().defaultLookup().find(name);
    }

    static long call(
            MemorySegment entry, long a, long b, long c, long d, long e, long f, long g, long h) {
        var handle = CALL;
        if (handle == null) {
            throw new IllegalStateException("native code cannot be called", FAILURE);
        }
        try {
            return (long) handle.invokeExact(entry, a, b, c, d, e, f, g, h);
        } catch (RuntimeException | Error x) {
            throw x;
        } catch (Throwable x) {
            throw new IllegalStateException(x);
        }
    }
}

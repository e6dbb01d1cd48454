package dev.tenon.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.Function;

/// A small operation with operands, on which the kernels of a family are compared.
///
/// @param run gives the results of a bound operation, the same for all kernels but for rounding
public record Sample<Q, B>(Q query, Function<B, float[]> run) {
    private static final long ALIGNMENT = 64;

    /// Native memory with so many `f32`, the same at every call, between -1 and 1.
    public static MemorySegment operand(int count) {
        var random = new SplittableRandom(count);
        var memory = result(count);
        for (int i = 0; i < count; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        return memory;
    }

    /// Native memory for so many `f32`, which the garbage collector frees.
    public static MemorySegment result(int count) {
        return Arena.ofAuto().allocate((long) count * Float.BYTES, ALIGNMENT);
    }

    /// What is in such memory.
    public static float[] values(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_FLOAT);
    }
}

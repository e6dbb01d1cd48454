package dev.tenon.bench.kernels;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Random operands in native memory, which the garbage collector frees.
final class Operands {
    private static final long ALIGNMENT = 64;
    private static final SplittableRandom RANDOM = new SplittableRandom(25);

    private Operands() {}

    /// `f32` in -0.5 … 0.5.
    static MemorySegment floats(long count) {
        var memory = Arena.ofAuto().allocate(count * Float.BYTES, ALIGNMENT);
        for (long i = 0; i < count; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) RANDOM.nextDouble(-0.5, 0.5));
        }
        return memory;
    }

    static Tensor tensor(long... dims) {
        return Tensor.of(DType.FLOAT32, floats(Tensor.size(dims)), dims);
    }

    /// Any bytes.
    static Tensor bytes(DType dtype, long... dims) {
        long count = Tensor.size(dims);
        var memory = Arena.ofAuto().allocate(count, ALIGNMENT);
        for (long i = 0; i < count; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) RANDOM.nextInt());
        }
        return Tensor.of(dtype, memory, dims);
    }
}

package dev.tenon.passes;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import java.lang.foreign.Arena;

/// Memory for weights that rules compute from those of the model.
final class Weights {
    /// From so many bytes on, weights lie in native memory, where machine code reads them and the
    /// garbage collector does not move them.
    private static final long MIN_NATIVE = 1 << 16;

    private Weights() {}

    /// Zeros, which the garbage collector frees.
    static Tensor zeros(DType dtype, long... dims) {
        return dtype.bytes(Tensor.size(dims)) < MIN_NATIVE
                ? Tensor.zeros(dtype, dims)
                : Tensor.allocate(Arena.ofAuto(), dtype, dims);
    }
}

package dev.tenon.kernels.quant;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Products of matrices of 8-bit integers less their zero points, exact in `i32`.
public interface IntegerGemm {
    /// The kernels, best first.
    KernelFamily<Query, IntegerGemm> FAMILY =
            KernelFamily.of("integer-gemm", new JavaIntegerGemm());

    /// What is known when a plan is made.
    ///
    /// @param b the right-hand matrix `[K, N]`, `u8` or `i8`, constant
    /// @param zero its zero point, or one a column; null for 0
    record Query(Tensor b, @Nullable Tensor zero) {}

    /// @param a `[M, K]`, `u8` or `i8`
    /// @param zero its zero point, or one a row; null for 0
    /// @param out `i32[M, N]`
    /// @param room lasts as long as the work
    Work prepare(Tensor a, @Nullable Tensor zero, MemorySegment out, NativeScratch room);

    /// Computes once.
    default void run(Tensor a, @Nullable Tensor zero, MemorySegment out, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(a, zero, out, room).run(workers);
        }
    }
}

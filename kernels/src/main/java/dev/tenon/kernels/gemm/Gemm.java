package dev.tenon.kernels.gemm;

import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import dev.tenon.kernels.gemm.emitted.EmittedGemm;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Products of `f32` matrices: `out = epilogue(alpha · a · b)`, for one pair of matrices or many.
public interface Gemm {
    /// The kernels, best first.
    KernelFamily<Query, Gemm> FAMILY =
            KernelFamily.of("gemm", new EmittedGemm(), new JavaGemm()).checkedOn(GemmSamples::all);

    /// What is known when a plan is made.
    ///
    /// @param b the right-hand matrix where it is constant; null where it comes with each call
    /// @param alpha scales the product
    record Query(@Nullable MatrixView b, float alpha) {
        public static final Query DYNAMIC = new Query(null, 1);
    }

    /// The operands of a call.
    ///
    /// @param a the first left-hand matrix
    /// @param aOffsets where each left-hand matrix begins
    /// @param b the first right-hand matrix; null where it was constant in the query
    /// @param bOffsets where each right-hand matrix begins; empty where it was constant
    /// @param out row-major results, one after the other from the segment's start
    /// @param epilogue done to each row; rows are numbered through all results
    record Call(
            MatrixView a,
            long[] aOffsets,
            @Nullable MatrixView b,
            long[] bOffsets,
            MemorySegment out,
            Epilogue epilogue) {
        /// One product.
        public static Call of(
                MatrixView a, @Nullable MatrixView b, MemorySegment out, Epilogue epilogue) {
            return new Call(
                    a,
                    new long[] {a.offset()},
                    b,
                    b == null ? new long[0] : new long[] {b.offset()},
                    out,
                    epilogue);
        }
    }

    /// @param room lasts as long as the work
    Work prepare(Call call, NativeScratch room);

    /// Computes once.
    default void run(Call call, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(call, room).run(workers);
        }
    }
}

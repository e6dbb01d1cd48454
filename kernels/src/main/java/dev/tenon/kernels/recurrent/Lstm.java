package dev.tenon.kernels.recurrent;

import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A long short-term memory with sigmoid gates and tanh, over the whole length of its sequences.
public interface Lstm {
    /// The kernels, best first.
    KernelFamily<Query, Lstm> FAMILY = KernelFamily.of("lstm", new JavaLstm());

    /// What is known when a plan is made; gates are in the order input, output, forget, cell.
    ///
    /// @param w `f32[D, 4·H, I]`, constant
    /// @param r `f32[D, 4·H, H]`, constant
    /// @param b `f32[D, 8·H]`, constant; null for 0
    /// @param reverse for each direction whether it reads from the end
    record Query(Tensor w, Tensor r, @Nullable Tensor b, boolean[] reverse) {}

    /// @param x `f32[S, B, I]`
    /// @param initialH `f32[D, B, H]`; null for 0
    /// @param initialC `f32[D, B, H]`; null for 0
    /// @param y `f32[S, D, B, H]`; null where it is not wanted
    /// @param lastH `f32[D, B, H]`; null where it is not wanted
    /// @param lastC `f32[D, B, H]`; null where it is not wanted
    record Call(
            MemorySegment x,
            int steps,
            int batch,
            @Nullable MemorySegment initialH,
            @Nullable MemorySegment initialC,
            @Nullable MemorySegment y,
            @Nullable MemorySegment lastH,
            @Nullable MemorySegment lastC) {}

    void run(Call call, Workers workers);
}

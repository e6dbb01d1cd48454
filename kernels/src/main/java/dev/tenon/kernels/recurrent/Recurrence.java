package dev.tenon.kernels.recurrent;

import dev.tenon.base.Scalar;
import dev.tenon.base.Tensor;
import dev.tenon.kernels.KernelFamily;
import dev.tenon.kernels.NativeScratch;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A recurrent layer over the whole length of its sequences.
public interface Recurrence {
    /// The kernels, best first.
    KernelFamily<Query, Recurrence> FAMILY = KernelFamily.of("recurrence", new SteppedRecurrence());

    /// What a step computes. Gates are in ONNX's order.
    enum Cell {
        /// Input, output, forget and cell gate; three functions.
        LSTM(4),
        /// The same, whose forget gate is what the input gate leaves.
        COUPLED_LSTM(4),
        /// Update, reset and hidden gate; two functions.
        GRU(3),
        /// The same, whose hidden gate multiplies with the reset gate after the product.
        LINEAR_GRU(3),
        /// One gate, one function.
        RNN(1);

        private final int gates;

        Cell(int gates) {
            this.gates = gates;
        }

        int gates() {
            return gates;
        }
    }

    /// @param reverse whether it reads from the end
    /// @param functions the activations, of [Scalar.Arg] 0
    record Direction(boolean reverse, List<Scalar> functions) {
        public Direction {
            functions = List.copyOf(functions);
        }
    }

    /// What is known when a plan is made, for D directions and G gates of H units.
    ///
    /// @param w `f32[D, G·H, I]`, constant
    /// @param r `f32[D, G·H, H]`, constant
    /// @param b `f32[D, 2·G·H]`, constant: of the inputs' gates, then of the state's; null for 0
    record Query(Cell cell, Tensor w, Tensor r, @Nullable Tensor b, List<Direction> directions) {
        public Query {
            directions = List.copyOf(directions);
        }

        int inputs() {
            return Math.toIntExact(w.dim(2));
        }

        int hidden() {
            return Math.toIntExact(r.dim(2));
        }
    }

    /// @param x `f32[S, B, I]`
    /// @param initialH `f32[D, B, H]`; null for 0
    /// @param initialC `f32[D, B, H]`, of LSTM alone; null for 0
    /// @param y `f32[S, D, B, H]`; null where it is not wanted
    /// @param lastH `f32[D, B, H]`; null where it is not wanted
    /// @param lastC `f32[D, B, H]`, of LSTM alone; null where it is not wanted
    record Call(
            MemorySegment x,
            int steps,
            int batch,
            @Nullable MemorySegment initialH,
            @Nullable MemorySegment initialC,
            @Nullable MemorySegment y,
            @Nullable MemorySegment lastH,
            @Nullable MemorySegment lastC) {}

    /// @param room lasts as long as the work
    Work prepare(Call call, NativeScratch room);

    /// Computes once.
    default void run(Call call, Workers workers) {
        try (var room = NativeScratch.open()) {
            prepare(call, room).run(workers);
        }
    }
}

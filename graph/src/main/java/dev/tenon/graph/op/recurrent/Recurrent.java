package dev.tenon.graph.op.recurrent;

import dev.tenon.base.Floats;
import dev.tenon.graph.Attributes;
import dev.tenon.graph.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operators that carry a state along a sequence.
///
/// Inputs: X `[T, B, I]`, weights of the input `[D, gates · H, I]` and of the state `[D, gates · H,
/// H]` for D directions; then, each of which may be left out: biases `[D, 2 · gates · H]` (of the
/// input's gates, then of the state's), lengths `i32[B]` of the sequences, and an initial state
/// `[D, B, H]`. Outputs, each of which may be left out: the state at each step `[T, D, B, H]`, 0
/// beyond the end of a sequence, and at its end `[D, B, H]`. With layout 1 the axis B comes first
/// in X, states and outputs.
public sealed interface Recurrent extends Op permits GRU, LSTM, RNN {
    /// Which ways a sequence is read.
    Direction direction();

    /// H; null where the weights' shape tells.
    @Nullable Integer hiddenSize();

    /// 0 where steps come before samples, 1 where samples come first.
    int layout();

    /// The names of the activations, all of one direction before those of the other; null for the
    /// usual ones.
    @Nullable List<String> activations();

    /// The alphas of those activations that have one, in order; null where all are the usual ones.
    @Nullable Floats activationAlpha();

    /// The betas of those activations that have one, in order; null where all are the usual ones.
    @Nullable Floats activationBeta();

    /// The bound on the inputs of activations; null where there is none.
    @Nullable Float clip();

    /// How many gates a cell has.
    int gates();

    /// The names of the usual activations of one direction.
    List<String> usualActivations();

    /// A list of numbers, or null when it is left out.
    static @Nullable Floats numbers(Attributes a, String name) {
        return a.has(name) ? a.numbers(name) : null;
    }
}

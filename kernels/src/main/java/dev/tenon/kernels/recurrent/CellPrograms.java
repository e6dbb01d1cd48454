package dev.tenon.kernels.recurrent;

import dev.tenon.base.Scalar;
import dev.tenon.kernels.elementwise.RowProgram;
import dev.tenon.kernels.recurrent.Recurrence.Cell;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The element-wise parts of a step.
///
/// @param first what is computed on the cell state of an LSTM, or on the state that a GRU's reset
///   gate keeps; null where there is none
/// @param last what is computed on the state
record CellPrograms(@Nullable RowProgram first, RowProgram last) {
    /// @param functions the activations, of [Scalar.Arg] 0
    static CellPrograms of(Cell cell, List<Scalar> functions) {
        return switch (cell) {
            case LSTM, COUPLED_LSTM -> lstm(cell, functions);
            case GRU, LINEAR_GRU -> gru(cell, functions);
            case RNN -> new CellPrograms(null, program(apply(functions.getFirst(), 1), 1));
        };
    }

    /// On the cell state: the sums of input, forget and cell gate. On the state: the sum of the
    /// output gate, and the cell state.
    private static CellPrograms lstm(Cell cell, List<Scalar> functions) {
        var f = functions.get(0);
        var in = apply(f, 1);
        var kept = cell == Cell.LSTM ? apply(f, 2) : Scalar.constant(1).minus(in);
        var state = kept.times(Scalar.arg(0)).plus(in.times(apply(functions.get(1), 3)));
        var out = apply(f, 1).times(apply(functions.get(2), 2));
        return new CellPrograms(program(state, 3), program(out, 2));
    }

    /// On what is kept: the sum of the reset gate, and the state. On the state: the sums of update
    /// and reset gate, and what the hidden gate gets from the input and from the state.
    private static CellPrograms gru(Cell cell, List<Scalar> functions) {
        var f = functions.get(0);
        var update = apply(f, 1);
        boolean linear = cell == Cell.LINEAR_GRU;
        var fromState = linear ? apply(f, 2).times(Scalar.arg(4)) : Scalar.arg(4);
        var sum = Scalar.arg(3).plus(fromState);
        var hidden = functions.get(1).replace(_ -> sum);
        var state =
                Scalar.constant(1).minus(update).times(hidden).plus(update.times(Scalar.arg(0)));
        var kept = linear ? null : program(apply(f, 1).times(Scalar.arg(2)), 2);
        return new CellPrograms(kept, program(state, 4));
    }

    private static Scalar apply(Scalar function, int argument) {
        return function.replace(_ -> Scalar.arg(argument));
    }

    private static RowProgram program(Scalar expression, int operands) {
        return new RowProgram(expression, operands);
    }
}

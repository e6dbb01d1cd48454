package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.recurrent.CellFunction;
import dev.tenon.graph.op.recurrent.GRU;
import dev.tenon.graph.op.recurrent.LSTM;
import dev.tenon.graph.op.recurrent.RNN;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.recurrent.Recurrence;
import dev.tenon.kernels.recurrent.Recurrence.Cell;
import dev.tenon.kernels.recurrent.Recurrence.Direction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Binds recurrent operators to kernels.
final class RecurrentLowering {
    private static final int BIAS = 3;
    private static final int LENGTHS = 4;
    private static final int INITIAL_H = 5;
    private static final int INITIAL_C = 6;
    private static final int PEEPHOLES = 7;

    private RecurrentLowering() {}

    static Lowered lower(Node node, Recurrent op) {
        var w = node.input(1).constant();
        var r = node.input(2).constant();
        var b = node.input(BIAS).isPresent() ? node.input(BIAS).constant() : null;
        if (w == null
                || r == null
                || node.input(BIAS).isPresent() && b == null
                || w.dtype() != DType.FLOAT32) {
            return Lowering.reference(node, "the weights are not constant, or not f32");
        }
        if (op.layout() != 0
                || node.input(LENGTHS).isPresent()
                || node.input(PEEPHOLES).isPresent()) {
            return Lowering.reference(node, "unusual lengths, peepholes or layout");
        }
        var functions = CellFunction.of(op);
        int count = op.direction().count();
        int each = functions.size() / count;
        var directions = new ArrayList<Direction>();
        for (int d = 0; d < count; d++) {
            var own = functions.subList(d * each, (d + 1) * each);
            directions.add(
                    new Direction(
                            op.direction().isReverse(d),
                            own.stream().map(CellFunction::expression).toList()));
        }
        return Lowering.choose(
                node,
                Recurrence.FAMILY,
                new Recurrence.Query(cell(op), w, r, b, directions),
                kernel -> frame -> prepare(frame, kernel, r));
    }

    private static Cell cell(Recurrent op) {
        return switch (op) {
            case LSTM lstm -> lstm.inputForget() ? Cell.COUPLED_LSTM : Cell.LSTM;
            case GRU gru -> gru.linearBeforeReset() ? Cell.LINEAR_GRU : Cell.GRU;
            case RNN _ -> Cell.RNN;
        };
    }

    private static Work prepare(Frame frame, Recurrence kernel, Tensor r) {
        var x = frame.tensor(0);
        long steps = x.dim(0);
        long batch = x.dim(1);
        long directions = r.dim(0);
        long hidden = r.dim(2);
        var call =
                new Recurrence.Call(
                        x.segment(),
                        Math.toIntExact(steps),
                        Math.toIntExact(batch),
                        memory(frame.optional(INITIAL_H)),
                        memory(frame.optional(INITIAL_C)),
                        output(frame, 0, steps, directions, batch, hidden),
                        output(frame, 1, directions, batch, hidden),
                        output(frame, 2, directions, batch, hidden));
        return kernel.prepare(call, frame.room());
    }

    private static @Nullable MemorySegment memory(@Nullable Tensor tensor) {
        return tensor == null ? null : tensor.segment();
    }

    private static @Nullable MemorySegment output(Frame frame, int index, long... dims) {
        return frame.wants(index) ? frame.output(index, DType.FLOAT32, dims).segment() : null;
    }
}

package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.recurrent.LSTM;
import dev.tenon.graph.op.recurrent.Recurrent;
import dev.tenon.kernels.recurrent.Lstm;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Binds recurrent operators to kernels.
final class RecurrentLowering {
    private static final int BIAS = 3;
    private static final int LENGTHS = 4;
    private static final int PEEPHOLES = 7;

    private RecurrentLowering() {}

    static Lowered lower(Node node, Recurrent op) {
        if (!(op instanceof LSTM lstm)) {
            return Lowering.reference(node, "no kernel for this operator");
        }
        var w = node.input(1).constant();
        var r = node.input(2).constant();
        var b = node.input(BIAS).isPresent() ? node.input(BIAS).constant() : null;
        if (w == null
                || r == null
                || node.input(BIAS).isPresent() && b == null
                || w.dtype() != DType.FLOAT32) {
            return Lowering.reference(node, "the weights are not constant, or not f32");
        }
        if (!isUsual(lstm)
                || node.input(LENGTHS).isPresent()
                || node.input(PEEPHOLES).isPresent()) {
            return Lowering.reference(
                    node, "unusual activations, clipping, lengths, peepholes or layout");
        }
        var reverse = new boolean[lstm.direction().count()];
        for (int d = 0; d < reverse.length; d++) {
            reverse[d] = lstm.direction().isReverse(d);
        }
        return Lowering.choose(
                node,
                Lstm.FAMILY,
                new Lstm.Query(w, r, b, reverse),
                kernel -> frame -> run(frame, kernel, r));
    }

    private static boolean isUsual(LSTM op) {
        return op.activations() == null
                && op.clip() == null
                && !op.inputForget()
                && op.layout() == 0;
    }

    private static Action.Invocation run(Frame frame, Lstm kernel, Tensor r) {
        var x = frame.tensor(0);
        long steps = x.dim(0);
        long batch = x.dim(1);
        long directions = r.dim(0);
        long hidden = r.dim(2);
        var call =
                new Lstm.Call(
                        x.segment(),
                        Math.toIntExact(steps),
                        Math.toIntExact(batch),
                        memory(frame.optional(5)),
                        memory(frame.optional(6)),
                        output(frame, 0, steps, directions, batch, hidden),
                        output(frame, 1, directions, batch, hidden),
                        output(frame, 2, directions, batch, hidden));
        return workers -> kernel.run(call, workers);
    }

    private static @Nullable MemorySegment memory(@Nullable Tensor tensor) {
        return tensor == null ? null : tensor.segment();
    }

    private static @Nullable MemorySegment output(Frame frame, int index, long... dims) {
        return frame.wants(index) ? frame.output(index, DType.FLOAT32, dims).segment() : null;
    }
}

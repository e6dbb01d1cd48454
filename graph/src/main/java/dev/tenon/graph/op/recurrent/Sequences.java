package dev.tenon.graph.op.recurrent;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.base.Type;
import dev.tenon.graph.EvalContext;
import dev.tenon.graph.InferContext;
import dev.tenon.graph.OpDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the recurrent operators share: the shapes, and running cells along the sequences of a
/// batch.
final class Sequences {
    private static final int BIAS = 3;
    private static final int LENGTHS = 4;
    private static final int INITIAL_H = 5;
    private static final int INITIAL_C = 6;
    private static final int PEEPHOLES = 7;

    /// Makes the cell of one direction.
    @FunctionalInterface
    interface CellMaker {
        /// @param peepholes `[3 · H]`
        Cell make(Gates gates, List<CellFunction> functions, double[] peepholes);
    }

    private Sequences() {}

    /// The types of all outputs, a cell state among them.
    static List<Type> infer(Recurrent op, InferContext in) {
        CellFunction.of(op);
        if (op.layout() != 0 && op.layout() != 1) {
            throw in.error(Problem.of("unknown layout").expected("0 or 1").got(op.layout()));
        }
        boolean batchFirst = op.layout() == 1;
        for (int i = 0; i < 3; i++) {
            in.requireSameDtype(0, i);
            in.requireRank(i, 3, 3);
        }
        var x = in.shape(0).isRanked() ? in.shape(0) : in.unknownShape(3);
        var w = in.shape(1).isRanked() ? in.shape(1) : in.unknownShape(3);
        var r = in.shape(2).isRanked() ? in.shape(2) : in.unknownShape(3);
        var directions = in.same(Dim.of(op.direction().count()), in.same(w.dim(0), r.dim(0)));
        var hidden =
                op.hiddenSize() == null ? r.dim(2) : in.same(Dim.of(op.hiddenSize()), r.dim(2));
        in.same(x.dim(2), w.dim(2));
        in.same(hidden.times(op.gates()), in.same(w.dim(1), r.dim(1)));
        if (in.has(BIAS) && in.shape(BIAS).isRanked()) {
            in.requireRank(BIAS, 2, 2);
            in.same(hidden.times(2L * op.gates()), in.shape(BIAS).dim(1));
        }
        if (in.has(LENGTHS)) {
            in.requireDtype(LENGTHS, DType.INT32);
        }
        var steps = x.dim(batchFirst ? 1 : 0);
        var batch = x.dim(batchFirst ? 0 : 1);
        var all =
                batchFirst
                        ? Shape.of(batch, steps, directions, hidden)
                        : Shape.of(steps, directions, batch, hidden);
        var last =
                batchFirst
                        ? Shape.of(batch, directions, hidden)
                        : Shape.of(directions, batch, hidden);
        var dtype = in.dtype(0);
        return List.of(Type.tensor(dtype, all), Type.tensor(dtype, last), Type.tensor(dtype, last));
    }

    /// A multiply-add for each weight, step and sample.
    static double flops(OpDef.NodeTypes types) {
        if (types.inputs().get(0) instanceof Type.OfTensor(var _, var x) && x.isKnown()) {
            double positions = types.inputSize(0) / Math.max(1, x.dim(2).known().orElse(1));
            return 2 * positions * (types.inputSize(1) + types.inputSize(2));
        }
        return 0;
    }

    /// All outputs, a cell state among them.
    static List<Tensor> evaluate(Recurrent op, EvalContext in, CellMaker cells) {
        var x = in.tensor(0);
        int hidden = (int) in.tensor(2).dim(2);
        boolean batchFirst = op.layout() == 1;
        long batch = x.dim(batchFirst ? 0 : 1);
        long steps = x.dim(batchFirst ? 1 : 0);
        int directions = op.direction().count();
        var functions = CellFunction.of(op);
        var y = Tensor.zeros(x.dtype(), position(batchFirst, batch, steps, directions, hidden));
        var last =
                Tensor.zeros(
                        x.dtype(),
                        batchFirst ? batch : directions,
                        batchFirst ? directions : batch,
                        hidden);
        var lastCell = Tensor.zeros(x.dtype(), last.dims());
        for (int direction = 0; direction < directions; direction++) {
            int perDirection = functions.size() / directions;
            var gates =
                    Gates.of(
                            in.tensor(1),
                            in.tensor(2),
                            in.optionalTensor(BIAS),
                            direction,
                            op.gates());
            var cell =
                    cells.make(
                            gates,
                            functions.subList(
                                    direction * perDirection, (direction + 1) * perDirection),
                            in.has(PEEPHOLES)
                                    ? Gates.slice(in.tensor(PEEPHOLES), direction)
                                    : new double[3 * hidden]);
            boolean reverse = op.direction().isReverse(direction);
            for (long sample = 0; sample < batch; sample++) {
                long state =
                        (batchFirst ? sample * directions + direction : direction * batch + sample)
                                * hidden;
                var h = row(in.optionalTensor(INITIAL_H), state, hidden);
                var c = row(in.optionalTensor(INITIAL_C), state, hidden);
                long length = length(in, sample, steps);
                for (long i = 0; i < length; i++) {
                    long step = reverse ? length - 1 - i : i;
                    long from = batchFirst ? sample * steps + step : step * batch + sample;
                    cell.step(row(x, from * x.dim(2), (int) x.dim(2)), h, c);
                    long to =
                            batchFirst
                                    ? (sample * steps + step) * directions + direction
                                    : (step * directions + direction) * batch + sample;
                    store(h, y, to * hidden);
                }
                store(h, last, state);
                store(c, lastCell, state);
            }
        }
        return List.of(y, last, lastCell);
    }

    private static long[] position(
            boolean batchFirst, long batch, long steps, long directions, long hidden) {
        return batchFirst
                ? new long[] {batch, steps, directions, hidden}
                : new long[] {steps, directions, batch, hidden};
    }

    private static long length(EvalContext in, long sample, long steps) {
        var lengths = in.optionalTensor(LENGTHS);
        long length = lengths == null ? steps : lengths.getLong(sample);
        if (length < 0 || length > steps) {
            throw new InputException(
                    Problem.of("a sequence has a wrong length")
                            .expected("0 to " + steps)
                            .got(length));
        }
        return length;
    }

    private static double[] row(@Nullable Tensor tensor, long from, int length) {
        var row = new double[length];
        for (int i = 0; tensor != null && i < length; i++) {
            row[i] = tensor.getDouble(from + i);
        }
        return row;
    }

    private static void store(double[] row, Tensor into, long at) {
        for (int i = 0; i < row.length; i++) {
            into.setDouble(at + i, row[i]);
        }
    }
}

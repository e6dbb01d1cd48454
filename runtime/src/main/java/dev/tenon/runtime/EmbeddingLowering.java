package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.fused.EmbeddingNorm;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.norm.EmbeddingRows;
import dev.tenon.kernels.norm.EmbeddingRows.Table;
import dev.tenon.kernels.norm.Normalize;
import dev.tenon.kernels.norm.Normalize.Statistic;
import java.util.ArrayList;

/// Binds normalised sums of rows to the kernels of the normalisation.
final class EmbeddingLowering {
    private EmbeddingLowering() {}

    static Lowered lower(Node node, EmbeddingNorm op) {
        int scale = op.scaleInput();
        var width = node.input(0).tensorType().shape().dim(1);
        boolean fits = width.isKnown();
        for (int i = 0; i < op.tables(); i++) {
            fits &= node.input(2 * i).tensorType().shape().dim(1).equals(width);
        }
        for (int i = scale; i < node.inputs().size(); i++) {
            var input = node.input(i);
            fits &=
                    !input.isPresent()
                            || FusedLowering.isFloat(input)
                                    && input.tensorType().shape().isRanked()
                                    && input.tensorType().shape().rank() == 1
                                    && input.tensorType().shape().dim(0).equals(width);
        }
        if (!fits) {
            return Lowering.reference(node, "tables, scale or bias differ in their width");
        }
        return Lowering.choose(
                node,
                Normalize.FAMILY,
                new Normalize.Query(Statistic.DEVIATION, op.epsilon()),
                norm -> frame -> prepare(frame, op, norm));
    }

    private static Work prepare(Frame frame, EmbeddingNorm op, Normalize norm) {
        int scale = op.scaleInput();
        int width = Math.toIntExact(frame.tensor(0).dim(1));
        var shapes = new long[op.tables()][];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = frame.tensor(2 * i + 1).dims();
        }
        var outer = Nd.broadcast(shapes);
        var steps = new ArrayList<Work>();
        var tables = new ArrayList<Table>();
        for (int i = 0; i < shapes.length; i++) {
            var table = frame.tensor(2 * i);
            var indices = frame.tensor(2 * i + 1);
            var positions = new long[Math.toIntExact(indices.size())];
            steps.add(_ -> MoveLowering.locate(indices, table.dim(0), positions));
            tables.add(new Table(table.segment(), positions, places(shapes[i], outer)));
        }
        var bias = frame.optional(scale + 1);
        var y = frame.output(0, DType.FLOAT32, Nd.with(outer, outer.length, width));
        var rows =
                new EmbeddingRows(
                        norm,
                        width,
                        frame.tensor(scale).segment(),
                        bias == null ? null : bias.segment());
        int count = Math.toIntExact(Tensor.size(outer));
        steps.add(rows.prepare(tables, count, y.segment(), frame.room()));
        return Work.sequence(steps);
    }

    /// For each index of what indices are broadcast to, which of them it is.
    private static int[] places(long[] dims, long[] outer) {
        var places = new int[Math.toIntExact(Tensor.size(outer))];
        Nd.walk(
                outer,
                new long[][] {Nd.broadcastStrides(dims, outer)},
                (at, offsets) -> places[(int) at] = (int) offsets[0]);
        return places;
    }
}

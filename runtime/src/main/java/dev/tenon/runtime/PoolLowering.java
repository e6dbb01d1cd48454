package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.pool.AveragePool;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.pool.GlobalMaxPool;
import dev.tenon.graph.op.pool.MaxPool;
import dev.tenon.graph.op.pool.WindowPool;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.conv.ConvShape;
import dev.tenon.kernels.pool.Pool;
import dev.tenon.kernels.reduce.Reduction;
import java.util.Arrays;

/// Binds pooling to kernels, in either layout.
final class PoolLowering {
    private static final int MAX_AXES = 3;

    private PoolLowering() {}

    static Lowered lower(Node node, dev.tenon.graph.op.pool.Pool op) {
        if (!Lowering.isFloat(node, 0) || node.outputs().size() != 1) {
            return Lowering.reference(node, "the elements are not f32, or positions are wanted");
        }
        return switch (op) {
            case MaxPool pool -> windows(node, pool, Pool.Fold.MAX);
            case AveragePool pool ->
                    windows(
                            node,
                            pool,
                            pool.countIncludePad() ? Pool.Fold.MEAN_WITH_PADDING : Pool.Fold.MEAN);
            case GlobalAveragePool _ -> global(node, Reduction.Fold.MEAN);
            case GlobalMaxPool _ -> global(node, Reduction.Fold.MAX);
            default -> Lowering.reference(node, "no kernel for this operator");
        };
    }

    private static Lowered windows(Node node, WindowPool op, Pool.Fold fold) {
        if (op.kernelShape().size() > MAX_AXES) {
            return Lowering.reference(node, "more than three spatial axes");
        }
        var layout = Images.output(node);
        return Lowering.choose(
                node,
                Pool.FAMILY,
                new Pool.Query(fold, layout),
                kernel ->
                        frame -> {
                            var x = Images.channelsFirst(frame.tensor(0), layout);
                            var positions = op.over(x);
                            if (!ConvolutionLowering.isPadded(positions)) {
                                return Lowering.reference(node, frame);
                            }
                            int channels = Math.toIntExact(x.dim(1));
                            var shape =
                                    ConvolutionLowering.shape(
                                            x,
                                            channels,
                                            channels,
                                            op.kernelShape().toArray(),
                                            op.window(),
                                            positions);
                            var dims = outputDims(x, positions.output());
                            var y = frame.output(0, DType.FLOAT32, Images.laid(dims, layout));
                            int[] after = ConvShape.spatial(positions.after(), 0);
                            return kernel.prepare(
                                    x.segment(), y.segment(), shape, after, frame.room());
                        });
    }

    private static long[] outputDims(Tensor x, long[] spatial) {
        var dims = x.dims();
        System.arraycopy(spatial, 0, dims, 2, spatial.length);
        return dims;
    }

    private static Lowered global(Node node, Reduction.Fold fold) {
        var layout = Images.output(node);
        return Lowering.choose(
                node,
                Reduction.FAMILY,
                new Reduction.Query(fold),
                kernel ->
                        frame -> {
                            var x = frame.tensor(0);
                            boolean last = layout == Layout.CHANNELS_LAST;
                            int from = last ? 1 : 2;
                            int to = last ? x.rank() - 1 : x.rank();
                            var dims = x.dims();
                            Arrays.fill(dims, from, to, 1);
                            var y = frame.output(0, DType.FLOAT32, dims);
                            var lines = Lines.between(x.dims(), from, to);
                            return kernel.prepare(x.segment(), y.segment(), lines, frame.room());
                        });
    }
}

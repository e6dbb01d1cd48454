package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.reduce.Folding;
import dev.tenon.graph.op.reduce.Reduce;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.Work;
import dev.tenon.kernels.reduce.Reduction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Binds reductions to kernels.
final class ReduceLowering {
    private ReduceLowering() {}

    static Lowered lower(Node node, Reduce op) {
        if (!(op instanceof Fold fold) || !Lowering.hasDtype(node, 0, DType.FLOAT32)) {
            return Lowering.reference(node, "no kernel for this operator or its element types");
        }
        var kernelFold = fold(fold.folding());
        if (kernelFold == null) {
            return Lowering.reference(node, "no kernel for this fold");
        }
        return Lowering.choose(
                        node,
                        Reduction.FAMILY,
                        new Reduction.Query(kernelFold),
                        kernel -> frame -> reduce(frame, node, fold, kernel))
                .reading(1);
    }

    /// What kernels fold; null where none does.
    static Reduction.@Nullable Fold fold(Folding folding) {
        return switch (folding) {
            case SUM -> Reduction.Fold.SUM;
            case MEAN -> Reduction.Fold.MEAN;
            case MAX -> Reduction.Fold.MAX;
            case MIN -> Reduction.Fold.MIN;
            case SUM_SQUARE -> Reduction.Fold.SUM_OF_SQUARES;
            case L2 -> Reduction.Fold.NORM;
            default -> null;
        };
    }

    private static Work reduce(Frame frame, Node node, Fold op, Reduction kernel) {
        var x = frame.tensor(0);
        var axes = axes(x, frame.has(1) ? frame.contents(1) : null);
        boolean none = axes.length == 0 && op.noopWithEmptyAxes();
        int first = axes.length == 0 ? 0 : axes[0];
        int end = axes.length == 0 ? x.rank() : axes[axes.length - 1] + 1;
        boolean neighbours = axes.length == 0 || end - first == axes.length;
        if (none || !neighbours || x.size() == 0) {
            return Lowering.reference(node, frame);
        }
        var y = frame.output(0, DType.FLOAT32, kept(x.dims(), first, end, op.keepdims()));
        var lines = Lines.between(x.dims(), first, end);
        return kernel.prepare(x.segment(), y.segment(), lines, frame.room());
    }

    /// The extents after the axes `first … end-1` are folded.
    static long[] kept(long[] dims, int first, int end, boolean keepdims) {
        return LongStream.range(0, dims.length)
                .filter(i -> keepdims || i < first || i >= end)
                .map(i -> i < first || i >= end ? dims[(int) i] : 1)
                .toArray();
    }

    private static int[] axes(Tensor x, @Nullable Tensor axes) {
        return axes == null
                ? new int[0]
                : LongStream.of(axes.toLongs())
                        .mapToInt(a -> Nd.axis(a, x.rank()))
                        .sorted()
                        .distinct()
                        .toArray();
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Longs;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.fused.MapReduce;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.resample.Resample;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules that compute element-wise operators together with the reduction that reads them, so that
/// what is reduced is never written.
final class ReductionFusion {
    static final List<Rule<?>> RULES =
            List.of(rule("map-into-reduce", Fold.class, ReductionFusion::fused));

    private ReductionFusion() {}

    /// Where images are read, the two stay apart, so that their layout can be chosen.
    private static Optional<Patch> fused(Fold op, Node node, RuleContext context) {
        var data = node.input(0);
        var axes = axes(node);
        var map = axes != null && context.isReadOnce(data) ? context.producer(data) : null;
        var expression = Expression.of(map);
        if (axes == null
                || expression == null
                || data.tensorType().dtype() != DType.FLOAT32
                || !hasKernel(op)
                || !expression.operands().stream().allMatch(v -> isFloat(v, context))
                || expression.operands().stream().noneMatch(v -> Match.sameType(v, data))) {
            return Optional.empty();
        }
        var reduce = new MapReduce(expression.scalar(), op.folding(), axes, op.keepdims());
        return Optional.of(context.patch().replace(node, reduce, expression.operands()).build());
    }

    private static boolean hasKernel(Fold op) {
        return switch (op.folding()) {
            case SUM, MEAN, MAX, MIN, SUM_SQUARE, L2 -> true;
            case PROD, L1, LOG_SUM, LOG_SUM_EXP -> false;
        };
    }

    /// The axes that a node folds, in order; null where they are not known or not neighbours.
    private static @Nullable Longs axes(Node fold) {
        var axes = fold.input(1).constant();
        int rank = Match.rank(fold.input(0));
        if (axes == null || axes.size() == 0 || rank < 1) {
            return null;
        }
        long[] sorted =
                LongStream.of(axes.toLongs())
                        .map(a -> Math.floorMod(a, (long) rank))
                        .sorted()
                        .distinct()
                        .toArray();
        return IntStream.range(1, sorted.length).allMatch(i -> sorted[i] == sorted[0] + i)
                ? Longs.of(sorted)
                : null;
    }

    private static boolean isFloat(Value value, RuleContext context) {
        return value.tensorType().dtype() == DType.FLOAT32 && !isImage(context.producer(value));
    }

    private static boolean isImage(@Nullable Node node) {
        if (node == null) {
            return false;
        }
        var op = node.op() instanceof WithEpilogue with ? with.body() : node.op();
        return op instanceof Convolution || op instanceof Pool || op instanceof Resample;
    }
}

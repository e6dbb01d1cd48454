package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Longs;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.pool.AveragePool;
import dev.tenon.graph.op.pool.MaxPool;
import dev.tenon.graph.op.pool.WindowPool;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules that let pooling pad its input itself. Their results are the same to the bit.
final class PoolFusion {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("pad-into-max-pool", MaxPool.class, PoolFusion::intoMax),
                    rule("pad-into-average-pool", AveragePool.class, PoolFusion::intoAverage));

    private PoolFusion() {}

    private static @Nullable Node pad(Node node, RuleContext context) {
        return context.isReadOnce(node.input(0))
                ? context.producer(node.input(0), Pad.class)
                : null;
    }

    /// The padding of both together; null where it is not known, or a window could lie in it
    /// entirely.
    private static @Nullable Longs pads(WindowPool op, Node pad) {
        int axes = op.kernelShape().size();
        var total = Padding.spatial(pad, axes);
        boolean fixed = op.autoPad() == AutoPad.NOTSET || op.autoPad() == AutoPad.VALID;
        if (total == null || op.ceilMode() || !fixed) {
            return null;
        }
        for (int i = 0; i < total.length; i++) {
            total[i] += op.pads() == null || op.autoPad() == AutoPad.VALID ? 0 : op.pads().get(i);
        }
        return IntStream.range(0, total.length)
                        .allMatch(i -> total[i] < op.kernelShape().get(i % axes))
                ? Longs.of(total)
                : null;
    }

    /// The padding is never the largest: it is `-∞`, or 0 where nothing is negative.
    private static Optional<Patch> intoMax(MaxPool op, Node node, RuleContext context) {
        var pad = node.outputs().size() == 1 && op.dilations() == null ? pad(node, context) : null;
        var pads = pad == null ? null : pads(op, pad);
        boolean least =
                pad != null
                        && (Padding.isWith(pad, Double.NEGATIVE_INFINITY)
                                || Padding.isWith(pad, 0)
                                        && Match.isNonNegative(pad.input(0), context));
        if (pad == null || pads == null || !least) {
            return Optional.empty();
        }
        var padded =
                new MaxPool(
                        AutoPad.NOTSET,
                        false,
                        null,
                        op.kernelShape(),
                        pads,
                        op.storageOrder(),
                        op.strides());
        return Optional.of(context.patch().replace(node, padded, List.of(pad.input(0))).build());
    }

    /// The padding counts, as zeros.
    private static Optional<Patch> intoAverage(AveragePool op, Node node, RuleContext context) {
        var pad = op.dilations() == null ? pad(node, context) : null;
        var pads = pad == null ? null : pads(op, pad);
        boolean counts =
                op.countIncludePad()
                        || op.pads() == null
                        || op.pads().stream().allMatch(p -> p == 0);
        if (pad == null || pads == null || !counts || !Padding.isWith(pad, 0)) {
            return Optional.empty();
        }
        var padded =
                new AveragePool(
                        AutoPad.NOTSET, false, true, null, op.kernelShape(), pads, op.strides());
        return Optional.of(context.patch().replace(node, padded, List.of(pad.input(0))).build());
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Gather;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.norm.RMSNormalization;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.reduce.Fold;
import java.util.List;
import java.util.Optional;

/// Rules that gather what is needed before it is computed. Their results are the same to the bit
/// but for the order of sums in products.
final class Gathers {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("gather-before-elementwise", Gather.class, Gathers::beforeElementwise),
                    rule("gather-before-rows", Gather.class, Gathers::beforeRows),
                    rule("gather-to-slice", Gather.class, Gathers::oneToSlice),
                    rule("gather-range-to-slice", Gather.class, Gathers::rangeToSlice));

    private Gathers() {}

    private static boolean selectsLess(Node node) {
        var from = Match.shape(node.input(0)).knownSize();
        var to = Match.shape(node.output()).knownSize();
        return from.isPresent() && to.isPresent() && to.getAsLong() <= from.getAsLong();
    }

    private static Optional<Patch> beforeElementwise(Gather op, Node node, RuleContext context) {
        return selectsLess(node) ? Selections.beforeOperand(op, node, context) : Optional.empty();
    }

    /// Products by a matrix and normalisations of rows: `f(x)[i]` is `f(x[i])`.
    private static Optional<Patch> beforeRows(Gather op, Node node, RuleContext context) {
        var producer = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        int rank = Match.rank(node.input(0));
        if (producer == null
                || rank < 1
                || producer.outputs().size() != 1
                || Match.rank(node.input(1)) != 1
                || !takesFewer(op, node)) {
            return Optional.empty();
        }
        int axis = Math.floorMod(op.axis(), rank);
        boolean apart =
                switch (producer.op()) {
                    case MatMul _ ->
                            Match.rank(producer.input(1)) == 2
                                    && Match.rank(producer.input(0)) == rank
                                    && axis < rank - 1;
                    case Gemm gemm -> !gemm.transA() && axis == 0 && Joins.isRow(producer.input(2));
                    case Softmax(var along) -> Math.floorMod(along, rank) != axis;
                    case LogSoftmax(var along) -> Math.floorMod(along, rank) != axis;
                    case LayerNormalization norm -> axis < Math.floorMod(norm.axis(), rank);
                    case RMSNormalization norm -> axis < Math.floorMod(norm.axis(), rank);
                    default -> false;
                };
        if (!apart) {
            return Optional.empty();
        }
        var patch = context.patch();
        var selected = Motion.again(node, node.input(0), producer.input(0), patch);
        return Optional.of(
                patch.replace(
                                node,
                                producer.op(),
                                Motion.exchanged(producer, producer.input(0), selected))
                        .build());
    }

    private static boolean takesFewer(Gather op, Node node) {
        var extent = Match.shape(node.input(0)).dim(op.axis()).known();
        var count = Match.shape(node.input(1)).knownSize();
        return count.isPresent()
                && (extent.isPresent()
                        ? count.getAsLong() <= extent.getAsLong()
                        : count.getAsLong() <= 1);
    }

    /// One index of an axis is a slice that other operators let through.
    private static Optional<Patch> oneToSlice(Gather op, Node node, RuleContext context) {
        var index = node.input(1).constant();
        var producer = context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
        int rank = Match.rank(node.input(0));
        if (index == null || index.rank() != 0 || producer == null || rank < 1) {
            return Optional.empty();
        }
        int axis = Math.floorMod(op.axis(), rank);
        long at = index.getLong(0);
        boolean passes =
                switch (producer.op()) {
                    case MatMul _, Gemm _, LayerNormalization _ -> axis < rank - 1;
                    case Conv _, Pool _, Norm _, Transpose _, Concat _, Fold _ -> true;
                    case Formula _ ->
                            Motion.onlyOperand(producer) == null
                                    && Match.shape(node.input(0)).dim(axis)
                                            instanceof Dim.Known(var extent)
                                    && extent > 1;
                    default -> false;
                };
        if (!passes) {
            return Optional.empty();
        }
        var patch = context.patch();
        var one = Ranges.one(axis, at).slice(node.input(0), node, patch);
        var axes = patch.constant(node.name() + "_axes", Tensor.ofLongs(axis));
        return Optional.of(patch.replace(node, new Squeeze(), List.of(one, axes)).build());
    }

    /// Indices at equal distances are a slice.
    private static Optional<Patch> rangeToSlice(Gather op, Node node, RuleContext context) {
        var indices = node.input(1).constant();
        int rank = Match.rank(node.input(0));
        if (indices == null || indices.rank() != 1 || indices.size() == 0 || rank < 1) {
            return Optional.empty();
        }
        int axis = Math.floorMod(op.axis(), rank);
        if (!(Match.shape(node.input(0)).dim(axis) instanceof Dim.Known(var extent))) {
            return Optional.empty();
        }
        long[] at = indices.toLongs();
        for (int i = 0; i < at.length; i++) {
            at[i] += at[i] < 0 ? extent : 0;
        }
        long step = at.length == 1 ? 1 : at[1] - at[0];
        for (int i = 0; i < at.length; i++) {
            if (step < 1 || at[i] != at[0] + i * step || at[i] < 0 || at[i] >= extent) {
                return Optional.empty();
            }
        }
        var patch = context.patch();
        var slice =
                Ranges.of(axis, at[0], at[at.length - 1] + 1, step)
                        .slice(node.input(0), node, patch);
        return Optional.of(patch.replace(node.output(), slice).build());
    }
}

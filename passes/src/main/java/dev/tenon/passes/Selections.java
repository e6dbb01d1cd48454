package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.contract.Gemm;
import dev.tenon.graph.op.contract.MatMul;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Move;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.GroupNormalization;
import dev.tenon.graph.op.norm.InstanceNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.RMSNormalization;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.reduce.Fold;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules that select what is needed before it is computed. Their results are the same to the bit
/// but for the order of sums in products.
final class Selections {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("slice-before-elementwise", Slice.class, Selections::beforeOperand),
                    rule("slice-before-operands", Slice.class, Selections::beforeOperands),
                    rule("slice-before-product", Slice.class, Selections::beforeProduct),
                    rule("slice-before-norm", Slice.class, Selections::beforeNorm),
                    rule("slice-before-transpose", Slice.class, Selections::beforeTranspose),
                    rule("slice-before-reduce", Slice.class, Selections::beforeReduce),
                    rule("slice-of-concat", Slice.class, Selections::ofConcat),
                    rule("slice-before-concat", Slice.class, Selections::beforeConcat),
                    rule("split-to-slice", Split.class, Selections::splitToSlice));

    private Selections() {}

    /// `select(f(x))` is `f(select(x))`.
    static Optional<Patch> beforeOperand(Move op, Node node, RuleContext context) {
        var producer = context.producer(node.input(0));
        var operand = Motion.onlyOperand(producer);
        if (producer == null || operand == null || !context.isReadOnce(node.input(0))) {
            return Optional.empty();
        }
        var patch = context.patch();
        var selected = Motion.again(node, node.input(0), operand, patch);
        return Optional.of(
                patch.replace(node.output(), Motion.again(producer, operand, selected, patch))
                        .build());
    }

    /// Whether slices of several operands are less work than one of the result: where at most half
    /// of it is needed.
    private static boolean pays(Node slice, Ranges ranges) {
        double share = 1;
        for (int axis : ranges.axes()) {
            var from = Match.shape(slice.input(0)).dim(axis).known();
            var to = Match.shape(slice.output()).dim(axis).known();
            if (to.isEmpty()) {
                return false;
            }
            share *= from.isEmpty() ? 0.5 : (double) to.getAsLong() / Math.max(1, from.getAsLong());
        }
        return share <= 0.5;
    }

    private static @Nullable Node producer(Node node, RuleContext context) {
        return context.isReadOnce(node.input(0)) ? context.producer(node.input(0)) : null;
    }

    /// `slice(f(x, y))` is `f(slice(x), slice(y))`.
    private static Optional<Patch> beforeOperands(Slice op, Node node, RuleContext context) {
        var producer = producer(node, context);
        var ranges = Ranges.of(node);
        if (producer == null
                || ranges == null
                || producer.outputs().size() != 1
                || !(producer.op() instanceof Formula || producer.op() instanceof Cast)
                || Motion.onlyOperand(producer) != null
                || !producer.inputs().stream().allMatch(i -> !i.isPresent() || Match.rank(i) >= 0)
                || !(producer.op() instanceof Cast) && !pays(node, ranges)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var inputs = new ArrayList<Value>();
        for (var input : producer.inputs()) {
            var own = input.isPresent() ? ranges.of(input, node.input(0)) : Ranges.NONE;
            if (own == null) {
                return Optional.empty();
            }
            inputs.add(own.slice(input, node, patch));
        }
        return Optional.of(patch.replace(node, producer.op(), inputs).build());
    }

    /// Rows of a product are products of rows, and columns such of columns.
    private static Optional<Patch> beforeProduct(Slice op, Node node, RuleContext context) {
        var producer = producer(node, context);
        var ranges = Ranges.of(node);
        if (producer == null || ranges == null) {
            return Optional.empty();
        }
        return switch (producer.op()) {
            case MatMul _ -> beforeMatMul(node, producer, ranges, context);
            case Gemm gemm -> beforeGemm(gemm, node, producer, ranges, context);
            default -> Optional.empty();
        };
    }

    private static Optional<Patch> beforeMatMul(
            Node node, Node product, Ranges ranges, RuleContext context) {
        int rank = Match.rank(node.input(0));
        int left = Match.rank(product.input(0));
        int right = Match.rank(product.input(1));
        if (left < 2 || right < 2 || rank < 0) {
            return Optional.empty();
        }
        var rows = ranges.without(rank - 1).of(product.input(0), node.input(0));
        var columns = ranges.without(rank - 2).of(product.input(1), node.input(0));
        if (rows == null || columns == null) {
            return Optional.empty();
        }
        var patch = context.patch();
        return Optional.of(
                patch.replace(
                                node,
                                product.op(),
                                List.of(
                                        rows.slice(product.input(0), node, patch),
                                        columns.slice(product.input(1), node, patch)))
                        .build());
    }

    private static Optional<Patch> beforeGemm(
            Gemm gemm, Node node, Node product, Ranges ranges, RuleContext context) {
        var patch = context.patch();
        var inputs = new ArrayList<Value>();
        inputs.add(
                ranges.mapped(a -> a == 0 ? gemm.transA() ? 1 : 0 : -1)
                        .slice(product.input(0), node, patch));
        inputs.add(
                ranges.mapped(a -> a == 1 ? gemm.transB() ? 0 : 1 : -1)
                        .slice(product.input(1), node, patch));
        var bias = product.input(2);
        if (bias.isPresent()) {
            var own = ranges.of(bias, node.input(0));
            if (own == null) {
                return Optional.empty();
            }
            inputs.add(own.slice(bias, node, patch));
        }
        return Optional.of(patch.replace(node, gemm, inputs).build());
    }

    /// Normalisations of axes that are not sliced.
    private static Optional<Patch> beforeNorm(Slice op, Node node, RuleContext context) {
        var producer = producer(node, context);
        var ranges = Ranges.of(node);
        int rank = Match.rank(node.input(0));
        if (producer == null || ranges == null || producer.outputs().size() != 1) {
            return Optional.empty();
        }
        int from = 0;
        int to = rank;
        switch (producer.op()) {
            case Softmax(var axis) -> {
                from = Math.floorMod(axis, rank);
                to = from + 1;
            }
            case LogSoftmax(var axis) -> {
                from = Math.floorMod(axis, rank);
                to = from + 1;
            }
            case LayerNormalization norm -> from = Math.floorMod(norm.axis(), rank);
            case RMSNormalization norm -> from = Math.floorMod(norm.axis(), rank);
            case InstanceNormalization _, GroupNormalization _ -> from = 1;
            case BatchNormalization norm when !norm.trainingMode() -> {
                from = 1;
                to = 2;
            }
            case LRN _ -> {
                from = 1;
                to = 2;
            }
            default -> {}
        }
        int first = from;
        int end = to;
        if (!ranges.axes().stream().allMatch(a -> a < first || a >= end)) {
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

    /// `slice(transpose(x))` is `transpose(slice(x))`.
    private static Optional<Patch> beforeTranspose(Slice op, Node node, RuleContext context) {
        var producer = producer(node, context);
        var ranges = Ranges.of(node);
        int rank = Match.rank(node.input(0));
        if (producer == null || ranges == null || !(producer.op() instanceof Transpose transpose)) {
            return Optional.empty();
        }
        var order = transpose.order(rank);
        var patch = context.patch();
        var selected = ranges.mapped(a -> (int) order.get(a)).slice(producer.input(0), node, patch);
        return Optional.of(patch.replace(node, transpose, List.of(selected)).build());
    }

    /// Reductions of axes that are not sliced.
    private static Optional<Patch> beforeReduce(Slice op, Node node, RuleContext context) {
        var producer = producer(node, context);
        var ranges = producer == null ? null : Ranges.of(node);
        if (producer == null || ranges == null || !(producer.op() instanceof Fold fold)) {
            return Optional.empty();
        }
        var folded = producer.input(1).constant();
        int rank = Match.rank(producer.input(0));
        if (folded == null || folded.size() == 0 || rank < 0) {
            return Optional.empty();
        }
        var axes =
                LongStream.of(folded.toLongs())
                        .mapToInt(a -> (int) Math.floorMod(a, (long) rank))
                        .boxed()
                        .toList();
        var kept =
                IntStream.range(0, rank)
                        .filter(a -> fold.keepdims() || !axes.contains(a))
                        .boxed()
                        .toList();
        var before = ranges.mapped(kept::get);
        if (before.axes().stream().anyMatch(axes::contains)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var selected = before.slice(producer.input(0), node, patch);
        return Optional.of(
                patch.replace(node, producer.op(), List.of(selected, producer.input(1))).build());
    }

    /// Slices of all parts, along other axes, where at most half is needed.
    private static Optional<Patch> beforeConcat(Slice op, Node node, RuleContext context) {
        var concat = producer(node, context);
        var ranges = concat == null ? null : Ranges.of(node);
        if (concat == null
                || ranges == null
                || !(concat.op() instanceof Concat(var axis))
                || ranges.along(Math.floorMod(axis, Match.rank(node.input(0)))) != null
                || !pays(node, ranges)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var parts = concat.inputs().stream().map(p -> ranges.slice(p, node, patch)).toList();
        return Optional.of(patch.replace(node, concat.op(), parts).build());
    }

    /// A slice of a concatenation that reads one part.
    private static Optional<Patch> ofConcat(Slice op, Node node, RuleContext context) {
        var concat = context.producer(node.input(0), Concat.class);
        var ranges = Ranges.of(node);
        int rank = Match.rank(node.input(0));
        if (concat == null || ranges == null || !(concat.op() instanceof Concat(var axis))) {
            return Optional.empty();
        }
        int along = Math.floorMod(axis, rank);
        long begin = 0;
        for (var part : concat.inputs()) {
            var extent = Match.shape(part).dim(along).known();
            if (extent.isEmpty()) {
                return Optional.empty();
            }
            var inside = ranges.within(along, begin, begin + extent.getAsLong());
            if (inside != null) {
                var patch = context.patch();
                return Optional.of(
                        patch.replace(node.output(), inside.slice(part, node, patch)).build());
            }
            begin += extent.getAsLong();
        }
        return Optional.empty();
    }

    /// A split of which one part is read is a slice.
    private static Optional<Patch> splitToSlice(Split op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        Value read = null;
        long begin = 0;
        long from = 0;
        for (var output : node.outputs()) {
            var shape = Match.shape(output);
            boolean isRead =
                    output.isPresent()
                            && (!context.readers(output).isEmpty() || context.isOutput(output));
            if (isRead && read != null || !shape.isRanked() || rank < 1) {
                return Optional.empty();
            }
            var extent = shape.dim(op.axis()).known();
            if (extent.isEmpty()) {
                return Optional.empty();
            }
            if (isRead) {
                read = output;
                from = begin;
            }
            begin += extent.getAsLong();
        }
        if (read == null || node.outputs().size() < 2) {
            return Optional.empty();
        }
        int axis = Math.floorMod(op.axis(), rank);
        long extent = Match.shape(read).dim(axis).known().orElseThrow();
        var patch = context.patch();
        var slice = Ranges.of(axis, from, from + extent).slice(node.input(0), node, patch);
        return Optional.of(patch.replace(Objects.requireNonNull(read), slice).build());
    }
}

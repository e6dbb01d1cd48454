package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that make one convolution of several on one input.
///
/// That pays where their results are put together anyway, and where each has so few features that
/// it leaves much of a register tile empty, with sums long enough to be worth a copy of the result.
final class ParallelFusion {
    private static final int CHANNELS = 1;
    private static final int NARROW = 16;
    private static final int LONG_SUM = 16;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("concat-of-convs", Concat.class, ParallelFusion::joined),
                    rule("parallel-convs", Conv.class, ParallelFusion::parallel));

    private ParallelFusion() {}

    private static @Nullable Tensor weights(Node conv, RuleContext context) {
        var bias = conv.input(2);
        return conv.op() instanceof Conv op
                        && op.group() == 1
                        && Match.isWide(conv.input(1))
                        && context.isReadOnce(conv.input(1))
                        && (!bias.isPresent() || bias.constant() != null)
                ? conv.input(1).constant()
                : null;
    }

    /// Whether two convolutions differ in their features alone.
    private static boolean match(Node a, Node b, RuleContext context) {
        var first = weights(a, context);
        var second = weights(b, context);
        if (first == null
                || second == null
                || a.input(0) != b.input(0)
                || a.input(2).isPresent() != b.input(2).isPresent()
                || !a.op().equals(b.op())
                || first.rank() != second.rank()) {
            return false;
        }
        for (int axis = 1; axis < first.rank(); axis++) {
            if (first.dim(axis) != second.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    /// Rows after rows of constants.
    private static Tensor rows(List<Tensor> tensors) {
        long[] dims = tensors.getFirst().dims();
        dims[0] = tensors.stream().mapToLong(t -> t.dim(0)).sum();
        var result = Weights.zeros(tensors.getFirst().dtype(), dims);
        long at = 0;
        for (var tensor : tensors) {
            for (long i = 0; i < tensor.size(); i++) {
                result.setDouble(at++, tensor.getDouble(i));
            }
        }
        return result;
    }

    /// The inputs of one convolution in the place of several.
    private static List<Value> inputs(List<Node> convs, Patch.Builder patch) {
        var first = convs.getFirst();
        var inputs = new ArrayList<Value>();
        inputs.add(first.input(0));
        for (int i = 1; i < 3 && first.input(i).isPresent(); i++) {
            int input = i;
            var constants =
                    convs.stream()
                            .map(c -> Objects.requireNonNull(c.input(input).constant()))
                            .toList();
            inputs.add(patch.constant(first.input(i).name(), rows(constants)));
        }
        return inputs;
    }

    /// Neighbours in a concatenation of channels.
    private static Optional<Patch> joined(Concat op, Node node, RuleContext context) {
        int rank = Match.rank(node.output());
        if (rank < 0 || Math.floorMod(op.axis(), rank) != CHANNELS) {
            return Optional.empty();
        }
        for (int from = 0; from + 1 < node.inputs().size(); from++) {
            var run = run(node, from, context);
            if (run.size() < 2) {
                continue;
            }
            var patch = context.patch();
            var conv = run.getFirst();
            var joint =
                    patch.add(
                                    conv.op(),
                                    conv.name(),
                                    inputs(run, patch),
                                    List.of(conv.output().name()))
                            .getFirst();
            var parts = new ArrayList<>(node.inputs());
            parts.subList(from, from + run.size()).clear();
            parts.add(from, joint);
            return Optional.of(
                    parts.size() == 1
                            ? patch.replace(node.output(), joint).build()
                            : patch.replace(node, op, parts).build());
        }
        return Optional.empty();
    }

    /// The convolutions that can be one, from one part of a concatenation on.
    private static List<Node> run(Node concat, int from, RuleContext context) {
        var run = new ArrayList<Node>();
        for (var part : concat.inputs().subList(from, concat.inputs().size())) {
            var conv = context.isReadOnce(part) ? context.producer(part, Conv.class) : null;
            if (conv == null
                    || run.contains(conv)
                    || !match(run.isEmpty() ? conv : run.getFirst(), conv, context)) {
                break;
            }
            run.add(conv);
        }
        return run;
    }

    /// Narrow convolutions on one input, whose results are split apart again.
    private static Optional<Patch> parallel(Conv op, Node node, RuleContext context) {
        if (!isNarrow(node, context)) {
            return Optional.empty();
        }
        var convs = new ArrayList<Node>();
        for (var reader : context.readers(node.input(0))) {
            if (isNarrow(reader, context) && match(node, reader, context)) {
                convs.add(reader);
            }
        }
        if (convs.size() < 2 || convs.getFirst() != node) {
            return Optional.empty();
        }
        var patch = context.patch();
        var joint = patch.add(op, node.name(), inputs(convs, patch), List.of(node.output().name()));
        var extents =
                convs.stream()
                        .mapToLong(c -> Objects.requireNonNull(c.input(1).constant()).dim(0))
                        .toArray();
        var parts = patch.constant(node.name() + "_parts", Tensor.ofLongs(extents));
        var names = convs.stream().map(c -> c.output().name()).toList();
        var split =
                patch.add(
                        new Split(CHANNELS, null),
                        node.name() + "_split",
                        List.of(joint.getFirst(), parts),
                        names);
        for (int i = 0; i < convs.size(); i++) {
            patch.replace(convs.get(i).output(), split.get(i));
        }
        return Optional.of(patch.build());
    }

    private static boolean isNarrow(Node conv, RuleContext context) {
        var weights = weights(conv, context);
        return weights != null
                && weights.dim(0) > 0
                && weights.dim(0) <= NARROW
                && weights.size() / weights.dim(0) >= LONG_SUM
                && Collections.frequency(conv.inputs(), conv.input(0)) == 1;
    }
}

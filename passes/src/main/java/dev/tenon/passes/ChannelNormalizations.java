package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Dim;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.norm.GroupNormalization;
import dev.tenon.graph.op.norm.InstanceNormalization;
import dev.tenon.graph.op.norm.LayerNormalization;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules that recognise normalisations of channels and of groups of them.
final class ChannelNormalizations {
    static final List<Rule<?>> RULES =
            List.of(rule("instance-norm", Binary.class, ChannelNormalizations::instanceNorm));

    /// Other runtimes do better with what is written out than with the operator, which is younger.
    static final List<Rule<?>> GROUPS =
            List.of(rule("group-norm", Binary.class, ChannelNormalizations::groupNorm));

    private ChannelNormalizations() {}

    /// `scale[c] · x + shift[c]`, written as a product and a sum.
    private record Scaled(Value x, Affine scale, Affine shift) {
        Tensor scales(DType dtype, long channels) {
            return spread(dtype, channels, scale.scale());
        }

        Tensor shifts(DType dtype, long channels) {
            return spread(dtype, channels, shift.shift());
        }

        private static Tensor spread(DType dtype, long channels, double[] numbers) {
            var tensor = Tensor.zeros(dtype, channels);
            for (int i = 0; i < channels; i++) {
                tensor.setDouble(i, numbers[numbers.length == 1 ? 0 : i]);
            }
            return tensor;
        }
    }

    private static @Nullable Scaled scaled(Node sum, RuleContext context) {
        for (var input : sum.op() == Binary.ADD ? sum.inputs() : List.<Value>of()) {
            var product = context.isReadOnce(input) ? context.producer(input, Binary.class) : null;
            var shift = product == null ? null : Affine.of(sum, input, 1);
            if (product == null || shift == null || product.op() != Binary.MUL) {
                continue;
            }
            for (var x : product.inputs()) {
                var scale = x.constant() == null ? Affine.of(product, x, 1) : null;
                if (scale != null
                        && Match.rank(x) >= 3
                        && Match.isWide(x)
                        && Match.shape(x).dim(1) instanceof Dim.Known(var channels)
                        && scale.fits(channels)
                        && shift.fits(channels)) {
                    return new Scaled(x, scale, shift);
                }
            }
        }
        return null;
    }

    /// `(x - mean(x)) / sqrt(variance(x) + epsilon) · scale + shift`, with mean and variance over
    /// the spatial axes.
    private static Optional<Patch> instanceNorm(Binary op, Node node, RuleContext context) {
        var scaled = scaled(node, context);
        var normal = scaled == null ? null : normalized(scaled.x(), context);
        if (scaled == null || normal == null || Match.rank(normal.of()) + normal.axis() != 2) {
            return Optional.empty();
        }
        var dtype = normal.of().tensorType().dtype();
        long channels = Match.shape(normal.of()).dim(1).known().orElseThrow();
        var patch = context.patch();
        return Optional.of(
                patch.replace(
                                node,
                                new InstanceNormalization((float) normal.epsilon()),
                                List.of(
                                        normal.of(),
                                        patch.constant(
                                                node.name() + "_scale",
                                                scaled.scales(dtype, channels)),
                                        patch.constant(
                                                node.name() + "_bias",
                                                scaled.shifts(dtype, channels))))
                        .build());
    }

    /// What is normalised, written out or by an operator that scales by 1.
    private static Normalizations.@Nullable Spread normalized(Value value, RuleContext context) {
        var node = context.producer(value);
        if (node == null || !(node.op() instanceof LayerNormalization op)) {
            return Normalizations.normalized(node, context);
        }
        int rank = Match.rank(value);
        boolean plain =
                node.outputs().size() == 1
                        && !node.input(2).isPresent()
                        && isFilled(node.input(1), 1);
        return plain && rank > 0
                ? new Normalizations.Spread(
                        node.input(0), Math.floorMod(op.axis(), rank) - rank, op.epsilon())
                : null;
    }

    private static boolean isFilled(Value value, double number) {
        var constant = value.constant();
        return constant != null
                && LongStream.range(0, constant.size())
                        .allMatch(i -> constant.getDouble(i) == number);
    }

    /// Groups of channels that are reshaped to one channel each, normalised, reshaped back, and
    /// scaled: the form that PyTorch exports.
    private static Optional<Patch> groupNorm(Binary op, Node node, RuleContext context) {
        var scaled = scaled(node, context);
        var back = scaled == null ? null : context.producer(scaled.x(), Reshape.class);
        var norm = back == null ? null : context.producer(back.input(0));
        var groups = norm == null ? null : context.producer(norm.input(0), Reshape.class);
        if (scaled == null
                || back == null
                || norm == null
                || groups == null
                || !(norm.op() instanceof InstanceNormalization(var epsilon))
                || !isFilled(norm.input(1), 1)
                || !isFilled(norm.input(2), 0)
                || !Match.sameType(groups.input(0), node.output())) {
            return Optional.empty();
        }
        var shape = Match.shape(norm.input(0));
        var x = groups.input(0);
        long channels = Match.shape(x).dim(1).known().orElse(0);
        if (shape.rank() != 3
                || !shape.dim(0).equals(Match.shape(x).dim(0))
                || !(shape.dim(1) instanceof Dim.Known(var count))
                || count <= 0
                || channels % count != 0) {
            return Optional.empty();
        }
        var dtype = x.tensorType().dtype();
        var patch = context.patch();
        return Optional.of(
                patch.replace(
                                node,
                                new GroupNormalization(epsilon, (int) count, DType.FLOAT32),
                                List.of(
                                        x,
                                        patch.constant(
                                                node.name() + "_scale",
                                                scaled.scales(dtype, channels)),
                                        patch.constant(
                                                node.name() + "_bias",
                                                scaled.shifts(dtype, channels))))
                        .build());
    }
}

package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.DType;
import dev.tenon.base.Shape;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.norm.RMSNormalization;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.pool.GlobalAveragePool;
import dev.tenon.graph.op.reduce.Fold;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Rules that recognise normalisations which are written out in arithmetic.
final class Normalizations {
    static final List<Rule<?>> RULES =
            List.of(
                    rule("layer-norm", Binary.class, Normalizations::scaledLayerNorm),
                    rule("layer-norm-scale", Binary.class, Normalizations::layerNormScale),
                    rule("layer-norm-bias", Binary.class, Normalizations::layerNormBias),
                    rule("layer-norm-split", Binary.class, Normalizations::layerNormSplit),
                    rule("softmax", Binary.class, Normalizations::softmax),
                    rule("mean-to-global-pool", Fold.ReduceMean.class, Normalizations::globalPool));

    /// Those of operator sets that not every runtime has.
    static final List<Rule<?>> NEWER =
            List.of(rule("rms-norm", Binary.class, Normalizations::rmsNorm));

    /// Other runtimes do better with what is written out.
    static final List<Rule<?>> PLAIN =
            List.of(rule("layer-norm-plain", Binary.class, Normalizations::layerNorm));

    private Normalizations() {}

    /// The axis from which on a node takes the mean, counted from the end; 0 where it does not.
    private static int meanAxis(@Nullable Node node) {
        if (node == null || !(node.op() instanceof Fold.ReduceMean(var keepdims, _)) || !keepdims) {
            return 0;
        }
        long[] axes = axes(node);
        int rank = Match.rank(node.input(0));
        for (int i = 0; axes != null && i < axes.length; i++) {
            if (axes[i] != rank - axes.length + i) {
                return 0;
            }
        }
        return axes == null ? 0 : -axes.length;
    }

    /// The folded axes, from the front and in order; null where they are not known, or all or none.
    private static long @Nullable [] axes(Node fold) {
        var axes = fold.input(1).constant();
        int rank = Match.rank(fold.input(0));
        return axes == null || axes.size() == 0 || rank < 0
                ? null
                : Arrays.stream(axes.toLongs())
                        .map(a -> Math.floorMod(a, (long) rank))
                        .sorted()
                        .toArray();
    }

    /// What is squared: `x` of `x · x` and `x²`; null for others.
    private static @Nullable Value squared(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        boolean square =
                node.op() == Binary.MUL && node.input(0) == node.input(1)
                        || node.op() == Binary.POW && Match.is(node.input(1), 2);
        return square ? node.input(0) : null;
    }

    /// A mean of squares and what was added to it.
    ///
    /// @param axis from which on the mean is taken, counted from the end
    record Spread(Value of, int axis, double epsilon) {}

    /// What `sqrt(mean(x²) + epsilon)` is the spread of; null for others.
    private static @Nullable Spread spread(@Nullable Node root, RuleContext context) {
        var sum =
                root != null && root.op() == Unary.SQRT
                        ? context.producer(root.input(0), Binary.class)
                        : null;
        if (sum == null || sum.op() != Binary.ADD) {
            return null;
        }
        for (var input : sum.inputs()) {
            var mean = context.producer(input, Fold.ReduceMean.class);
            var beside = Match.beside(sum, input);
            var epsilon = beside == null ? OptionalDouble.empty() : Match.scalar(beside);
            var of = mean == null ? null : squared(context.producer(mean.input(0)));
            int axis = meanAxis(mean);
            if (of != null && axis != 0 && epsilon.isPresent() && epsilon.getAsDouble() >= 0) {
                return new Spread(of, axis, epsilon.getAsDouble());
            }
        }
        return null;
    }

    /// What `(x - mean(x)) / sqrt(mean((x - mean(x))²) + epsilon)` normalises, the quotient also as
    /// a product with the reciprocal; null for others.
    static @Nullable Spread normalized(@Nullable Node node, RuleContext context) {
        var spread = node == null ? null : quotientSpread(node, context);
        var centred = spread == null ? null : context.producer(spread.of());
        if (node == null || spread == null || centred == null || centred.op() != Binary.SUB) {
            return null;
        }
        var x = centred.input(0);
        return isMean(centred.input(1), x, spread.axis(), context)
                        && Match.sameType(x, node.output())
                ? new Spread(x, spread.axis(), spread.epsilon())
                : null;
    }

    private static boolean isMean(Value value, Value x, int axis, RuleContext context) {
        var mean = context.producer(value);
        return mean != null && mean.input(0) == x && meanAxis(mean) == axis;
    }

    /// A normalisation that is multiplied by weights, which `layer-norm-scale` makes part of it.
    private static Optional<Patch> scaledLayerNorm(Binary op, Node node, RuleContext context) {
        var readers = context.readers(node.output());
        boolean scaled =
                readers.size() == 1
                        && !context.isOutput(node.output())
                        && readers.stream().allMatch(r -> isWeighted(r, node.output()));
        return scaled ? layerNorm(op, node, context) : Optional.empty();
    }

    private static boolean isWeighted(Node product, Value norm) {
        var weights = product.op() == Binary.MUL ? Match.beside(product, norm) : null;
        return weights != null && weights.constant() != null;
    }

    private static Optional<Patch> layerNorm(Binary op, Node node, RuleContext context) {
        var spread = normalized(node, context);
        if (spread == null) {
            return Optional.empty();
        }
        var x = spread.of();
        var scale = ones(x, spread.axis());
        if (scale == null) {
            return Optional.empty();
        }
        var patch = context.patch();
        var norm = new LayerNormalization(spread.axis(), (float) spread.epsilon(), DType.FLOAT32);
        return Optional.of(
                patch.replace(node, norm, List.of(x, patch.constant(node.name() + "_scale", scale)))
                        .build());
    }

    /// Ones in the shape of the axes from one on; null where that is not known.
    private static @Nullable Tensor ones(Value x, int axis) {
        var shape = Match.shape(x);
        var normalized = Shape.of(shape.dims().subList(shape.rank() + axis, shape.rank()));
        if (!normalized.isKnown() || !Match.isWide(x)) {
            return null;
        }
        var tensor = Tensor.zeros(x.tensorType().dtype(), normalized.toLongs());
        for (long i = 0; i < tensor.size(); i++) {
            tensor.setDouble(i, 1);
        }
        return tensor;
    }

    /// Whether a constant has the shape of the axes that a layer normalisation is over, extents of
    /// 1 before them apart.
    private static boolean isNormalized(Tensor constant, Tensor scale) {
        int extra = constant.rank() - scale.rank();
        return extra >= 0
                && LongStream.of(constant.dims()).limit(extra).allMatch(d -> d == 1)
                && Arrays.equals(
                        Arrays.copyOfRange(constant.dims(), extra, constant.rank()), scale.dims());
    }

    /// `layerNorm(x) · w`.
    private static Optional<Patch> layerNormScale(Binary op, Node node, RuleContext context) {
        for (var input : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var norm = context.producer(input, LayerNormalization.class);
            var beside = Match.beside(node, input);
            var weights = beside == null ? null : beside.constant();
            var scale = norm == null ? null : norm.input(1).constant();
            if (norm == null
                    || scale == null
                    || beside == null
                    || weights == null
                    || norm.input(2).isPresent()
                    || norm.outputs().size() > 1
                    || !context.isReadOnce(input)
                    || !isNormalized(weights, scale)
                    || !Match.sameType(input, node.output())) {
                continue;
            }
            var product = Tensor.zeros(scale.dtype(), scale.dims());
            for (long i = 0; i < product.size(); i++) {
                product.setDouble(i, scale.getDouble(i) * weights.getDouble(i));
            }
            var patch = context.patch();
            return Optional.of(
                    patch.replace(
                                    node,
                                    norm.op(),
                                    List.of(norm.input(0), patch.constant(beside.name(), product)))
                            .build());
        }
        return Optional.empty();
    }

    /// `layerNorm(x) + b`.
    private static Optional<Patch> layerNormBias(Binary op, Node node, RuleContext context) {
        for (var input : op == Binary.ADD ? node.inputs() : List.<Value>of()) {
            var norm = context.producer(input, LayerNormalization.class);
            var beside = Match.beside(node, input);
            var bias = beside == null ? null : beside.constant();
            var scale = norm == null ? null : norm.input(1).constant();
            if (norm == null
                    || scale == null
                    || beside == null
                    || bias == null
                    || norm.input(2).isPresent()
                    || norm.outputs().size() > 1
                    || !context.isReadOnce(input)
                    || !isNormalized(bias, scale)
                    || !Match.sameType(input, node.output())) {
                continue;
            }
            var patch = context.patch();
            var flat =
                    bias.rank() == scale.rank()
                            ? beside
                            : patch.constant(beside.name(), bias.reshape(scale.dims()));
            return Optional.of(
                    patch.replace(node, norm.op(), List.of(norm.input(0), norm.input(1), flat))
                            .build());
        }
        return Optional.empty();
    }

    /// `x · g + (b - mean(x) · g)` with `g = w / sqrt(mean((x - mean(x))²) + epsilon)`, as
    /// TensorFlow exports it.
    private static Optional<Patch> layerNormSplit(Binary op, Node node, RuleContext context) {
        for (var input : op == Binary.ADD ? node.inputs() : List.<Value>of()) {
            var scaled = context.producer(input, Binary.class);
            var beside = Match.beside(node, input);
            var rest = beside == null ? null : context.producer(beside, Binary.class);
            if (scaled == null
                    || rest == null
                    || scaled.op() != Binary.MUL
                    || rest.op() != Binary.SUB
                    || rest.input(0).constant() == null) {
                continue;
            }
            for (var gain : scaled.inputs()) {
                var x = Match.beside(scaled, gain);
                var patch = x == null ? null : split(node, x, gain, rest, context);
                if (patch != null) {
                    return Optional.of(patch);
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Patch split(
            Node node, Value x, Value gain, Node rest, RuleContext context) {
        var shift = context.producer(rest.input(1), Binary.class);
        var product = context.producer(gain, Binary.class);
        var mean = shift == null || shift.op() != Binary.MUL ? null : Match.beside(shift, gain);
        if (mean == null || product == null || product.op() != Binary.MUL) {
            return null;
        }
        for (var factor : product.inputs()) {
            var weights = Match.beside(product, factor);
            var spread = inverseSpread(factor, context);
            var ones = spread == null ? null : ones(x, spread.axis());
            var centred = spread == null ? null : context.producer(spread.of(), Binary.class);
            if (ones != null
                    && spread != null
                    && weights != null
                    && weights.constant() != null
                    && rest.input(0).constant() != null
                    && isNormalized(weights.constant(), ones)
                    && isNormalized(rest.input(0).constant(), ones)
                    && centred != null
                    && centred.op() == Binary.SUB
                    && centred.input(0) == x
                    && isMean(centred.input(1), x, spread.axis(), context)
                    && isMean(mean, x, spread.axis(), context)
                    && Match.sameType(x, node.output())) {
                var patch = context.patch();
                var norm =
                        new LayerNormalization(
                                spread.axis(), (float) spread.epsilon(), DType.FLOAT32);
                var scale = weights.constant().reshape(ones.dims());
                var bias = rest.input(0).constant().reshape(ones.dims());
                return patch.replace(
                                node,
                                norm,
                                List.of(
                                        x,
                                        patch.constant(weights.name(), scale),
                                        patch.constant(rest.input(0).name(), bias)))
                        .build();
            }
        }
        return null;
    }

    /// What `1 / sqrt(mean(x²) + epsilon)` is the reciprocal spread of; null for others.
    private static @Nullable Spread inverseSpread(Value value, RuleContext context) {
        var reciprocal = context.producer(value);
        boolean inverts =
                reciprocal != null
                        && (reciprocal.op() == Unary.RECIPROCAL
                                || reciprocal.op() == Binary.DIV
                                        && Match.is(reciprocal.input(0), 1));
        return inverts && reciprocal != null
                ? spread(context.producer(reciprocal.inputs().getLast()), context)
                : null;
    }

    /// `x / sqrt(mean(x²) + epsilon) · w`, the quotient also as a product with the reciprocal.
    private static Optional<Patch> rmsNorm(Binary op, Node node, RuleContext context) {
        for (var input : op == Binary.MUL ? node.inputs() : List.<Value>of()) {
            var beside = Match.beside(node, input);
            var quotient = context.producer(input, Binary.class);
            var spread = quotient == null ? null : quotientSpread(quotient, context);
            if (spread == null
                    || beside == null
                    || beside.constant() == null
                    || !context.isReadOnce(input)) {
                continue;
            }
            var ones = ones(spread.of(), spread.axis());
            if (ones != null
                    && isNormalized(beside.constant(), ones)
                    && Match.sameType(spread.of(), node.output())) {
                var patch = context.patch();
                return Optional.of(
                        patch.replace(
                                        node,
                                        new RMSNormalization(
                                                spread.axis(),
                                                (float) spread.epsilon(),
                                                DType.FLOAT32),
                                        List.of(
                                                spread.of(),
                                                patch.constant(
                                                        beside.name(),
                                                        beside.constant().reshape(ones.dims()))))
                                .build());
            }
        }
        return Optional.empty();
    }

    private static @Nullable Spread quotientSpread(Node quotient, RuleContext context) {
        if (quotient.op() == Binary.DIV) {
            var spread = spread(context.producer(quotient.input(1)), context);
            return spread != null && spread.of() == quotient.input(0) ? spread : null;
        }
        for (var factor : quotient.op() == Binary.MUL ? quotient.inputs() : List.<Value>of()) {
            var spread = inverseSpread(factor, context);
            if (spread != null && spread.of() == Match.beside(quotient, factor)) {
                return spread;
            }
        }
        return null;
    }

    /// `e / sum(e)` with `e = exp(x - max(x))`.
    private static Optional<Patch> softmax(Binary op, Node node, RuleContext context) {
        var sum = op == Binary.DIV ? context.producer(node.input(1), Fold.ReduceSum.class) : null;
        var exp =
                sum == null || sum.input(0) != node.input(0)
                        ? null
                        : context.producer(node.input(0));
        var shifted =
                exp == null || exp.op() != Unary.EXP
                        ? null
                        : context.producer(exp.input(0), Binary.class);
        var max =
                shifted == null || shifted.op() != Binary.SUB
                        ? null
                        : context.producer(shifted.input(1), Fold.ReduceMax.class);
        if (sum == null || shifted == null || max == null || max.input(0) != shifted.input(0)) {
            return Optional.empty();
        }
        long[] axes = axes(sum);
        if (axes == null) {
            return Optional.empty();
        }
        boolean one = axes.length == 1 && Arrays.equals(axes, axes(max));
        boolean kept = ((Fold) sum.op()).keepdims() && ((Fold) max.op()).keepdims();
        return one && kept && Match.sameType(max.input(0), node.output())
                ? Optional.of(
                        context.patch()
                                .replace(node, new Softmax((int) axes[0]), List.of(max.input(0)))
                                .build())
                : Optional.empty();
    }

    /// The mean over all spatial axes of `[N, C, spatial…]`.
    private static Optional<Patch> globalPool(Fold.ReduceMean op, Node node, RuleContext context) {
        int rank = Match.rank(node.input(0));
        long[] axes = axes(node);
        if (axes == null
                || rank < 4
                || !Match.isWide(node.input(0))
                || !Arrays.equals(axes, LongStream.range(2, rank).toArray())) {
            return Optional.empty();
        }
        var patch = context.patch();
        if (op.keepdims()) {
            return Optional.of(
                    patch.replace(node, new GlobalAveragePool(), List.of(node.input(0))).build());
        }
        var pooled = patch.add(new GlobalAveragePool(), node.name() + "_pool", node.input(0));
        var squeezed = patch.constant(node.name() + "_axes", Tensor.ofLongs(axes));
        return Optional.of(patch.replace(node, new Squeeze(), List.of(pooled, squeezed)).build());
    }
}

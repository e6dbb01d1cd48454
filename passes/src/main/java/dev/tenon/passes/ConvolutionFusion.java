package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.convolution.Convolution;
import dev.tenon.graph.op.elementwise.Binary;
import dev.tenon.graph.op.elementwise.Unary;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.norm.BatchNormalization;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToIntFunction;

/// Rules that let the weights of convolutions do what nodes around them do to each channel.
final class ConvolutionFusion {
    private static final int CHANNELS = 1;

    static final List<Rule<?>> RULES =
            List.of(
                    rule(
                            "batch-norm-into-conv",
                            BatchNormalization.class,
                            ConvolutionFusion::after),
                    rule("affine-into-conv", Binary.class, ConvolutionFusion::after),
                    rule(
                            "negation-into-conv",
                            Unary.class,
                            (op, node, context) ->
                                    op == Unary.NEG ? after(op, node, context) : Optional.empty()),
                    rule("affine-before-conv", Conv.class, ConvolutionFusion::before),
                    rule("affine-into-batch-norm", Binary.class, ConvolutionFusion::afterBatchNorm),
                    rule("pad-into-conv", Conv.class, ConvolutionFusion::pad));

    private ConvolutionFusion() {}

    /// `scale · conv(x, w, b) + shift` is `conv(x, scale · w, scale · b + shift)`.
    private static Optional<Patch> after(Op op, Node node, RuleContext context) {
        for (var input : node.inputs()) {
            var conv = context.producer(input, Convolution.class);
            var affine =
                    conv == null || !isFoldable(conv, context) || !context.isReadOnce(input)
                            ? null
                            : Affine.of(node, input, CHANNELS);
            if (conv != null && affine != null) {
                return after(affine, conv, node, context);
            }
        }
        return Optional.empty();
    }

    private static boolean isFoldable(Node conv, RuleContext context) {
        var bias = conv.input(2);
        return (conv.op() instanceof Conv || conv.op() instanceof ConvTranspose)
                && conv.input(1).constant() != null
                && Match.isWide(conv.input(1))
                && (!bias.isPresent() || bias.constant() != null)
                && context.isReadOnce(conv.input(1));
    }

    private static Optional<Patch> after(Affine affine, Node conv, Node node, RuleContext context) {
        var weights = constant(conv.input(1));
        long[] dims = weights.dims();
        long taps = Tensor.size(dims) / Math.max(1, dims[0] * dims[1]);
        LongToIntFunction channel;
        long channels;
        if (conv.op() instanceof ConvTranspose op) {
            long inputs = Math.max(1, dims[0] / op.group());
            channels = dims[1] * op.group();
            channel = i -> (int) (i / taps / dims[1] / inputs * dims[1] + i / taps % dims[1]);
        } else {
            channels = dims[0];
            channel = i -> (int) (i / taps / dims[1]);
        }
        if (!affine.fits(channels)) {
            return Optional.empty();
        }
        var scaled = scaled(weights, i -> affine.scale(channel.applyAsInt(i)));
        var bias = affine.bias(conv.input(2).constant(), 1, weights.dtype(), channels);
        if (!Match.isFinite(scaled) || !Match.isFinite(bias)) {
            return Optional.empty();
        }
        var patch = context.patch();
        boolean needsBias = conv.input(2).isPresent() || !affine.isScale();
        var inputs =
                needsBias
                        ? List.of(
                                conv.input(0),
                                patch.constant(conv.input(1).name(), scaled),
                                patch.constant(
                                        conv.input(2).isPresent()
                                                ? conv.input(2).name()
                                                : conv.name() + "_bias",
                                        bias))
                        : List.of(conv.input(0), patch.constant(conv.input(1).name(), scaled));
        return Optional.of(patch.replace(node, conv.op(), inputs).build());
    }

    private static Tensor scaled(Tensor weights, java.util.function.LongToDoubleFunction factor) {
        var result = Weights.zeros(weights.dtype(), weights.dims());
        for (long i = 0; i < weights.size(); i++) {
            result.setDouble(i, weights.getDouble(i) * factor.applyAsDouble(i));
        }
        return result;
    }

    /// `conv(scale · x + shift, w, b)` is `conv(x, scale · w, b + Σ shift · w)`, where padding,
    /// which is zero, is not shifted.
    private static Optional<Patch> before(Conv op, Node node, RuleContext context) {
        var producer = context.producer(node.input(0));
        if (producer == null || !isFoldable(node, context) || !context.isReadOnce(node.input(0))) {
            return Optional.empty();
        }
        for (var input : producer.inputs()) {
            boolean data = input.constant() == null && Match.sameType(input, node.input(0));
            var affine = data ? Affine.of(producer, input, CHANNELS) : null;
            if (affine != null && (affine.isScale() || !pads(op))) {
                return before(op, affine, input, node, context);
            }
        }
        return Optional.empty();
    }

    private static boolean pads(Conv op) {
        return op.autoPad() == AutoPad.NOTSET
                ? op.pads() != null && op.pads().stream().anyMatch(p -> p != 0)
                : op.autoPad() != AutoPad.VALID;
    }

    private static Optional<Patch> before(
            Conv op, Affine affine, Value input, Node node, RuleContext context) {
        var weights = constant(node.input(1));
        long[] dims = weights.dims();
        if (!affine.fits(dims[1] * op.group()) || dims[0] % op.group() != 0) {
            return Optional.empty();
        }
        long taps = Tensor.size(dims) / Math.max(1, dims[0] * dims[1]);
        long features = Math.max(1, dims[0] / op.group());
        java.util.function.LongUnaryOperator channel =
                i -> i / taps / dims[1] / features * dims[1] + i / taps % dims[1];
        var scaled = scaled(weights, i -> affine.scale(channel.applyAsLong(i)));
        var old = node.input(2).constant();
        var sums = new double[(int) dims[0]];
        for (long i = 0; i < weights.size(); i++) {
            sums[(int) (i / taps / dims[1])] +=
                    weights.getDouble(i) * affine.shift(channel.applyAsLong(i));
        }
        var bias = Tensor.zeros(weights.dtype(), dims[0]);
        for (int i = 0; i < sums.length; i++) {
            bias.setDouble(i, sums[i] + (old == null ? 0 : old.getDouble(i)));
        }
        if (!Match.isFinite(scaled) || !Match.isFinite(bias)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var newWeights = patch.constant(node.input(1).name(), scaled);
        var inputs =
                affine.isScale()
                        ? new java.util.ArrayList<>(node.inputs())
                        : new java.util.ArrayList<>(
                                List.of(
                                        input,
                                        newWeights,
                                        patch.constant(node.name() + "_bias", bias)));
        inputs.set(0, input);
        inputs.set(1, newWeights);
        return Optional.of(patch.replace(node, op, inputs).build());
    }

    /// `a · batchNorm(x) + c` is a batch normalisation with another scale and bias.
    private static Optional<Patch> afterBatchNorm(Binary op, Node node, RuleContext context) {
        for (var input : node.inputs()) {
            var norm = context.producer(input, BatchNormalization.class);
            if (norm == null
                    || !context.isReadOnce(input)
                    || norm.outputs().size() != 1
                    || !(norm.op() instanceof BatchNormalization batch)
                    || batch.trainingMode()) {
                continue;
            }
            var scale = norm.input(1).constant();
            var bias = norm.input(2).constant();
            var affine = Affine.of(node, input, CHANNELS);
            if (scale == null
                    || bias == null
                    || affine == null
                    || !Match.isWide(norm.input(1))
                    || !affine.fits(scale.size())) {
                continue;
            }
            var newScale = scaled(scale, affine::scale);
            var newBias = affine.bias(bias, 1, bias.dtype(), bias.size());
            if (Match.isFinite(newScale) && Match.isFinite(newBias)) {
                var patch = context.patch();
                return Optional.of(
                        patch.replace(
                                        node,
                                        batch,
                                        List.of(
                                                norm.input(0),
                                                patch.constant(norm.input(1).name(), newScale),
                                                patch.constant(norm.input(2).name(), newBias),
                                                norm.input(3),
                                                norm.input(4)))
                                .build());
            }
        }
        return Optional.empty();
    }

    /// A convolution pads its input with zeros itself.
    private static Optional<Patch> pad(Conv op, Node node, RuleContext context) {
        var pad = context.producer(node.input(0), Pad.class);
        int axes = Match.rank(node.input(0)) - 2;
        if (pad == null
                || axes < 1
                || !context.isReadOnce(node.input(0))
                || !Padding.isWith(pad, 0)
                || op.autoPad() != AutoPad.NOTSET && op.autoPad() != AutoPad.VALID) {
            return Optional.empty();
        }
        var total = Padding.spatial(pad, axes);
        if (total == null) {
            return Optional.empty();
        }
        for (int i = 0;
                i < total.length && op.autoPad() == AutoPad.NOTSET && op.pads() != null;
                i++) {
            total[i] += op.pads().get(i);
        }
        var padded =
                new Conv(
                        AutoPad.NOTSET,
                        op.dilations(),
                        op.group(),
                        op.kernelShape(),
                        Longs.of(total),
                        op.strides());
        var inputs = new java.util.ArrayList<>(node.inputs());
        inputs.set(0, pad.input(0));
        return Optional.of(context.patch().replace(node, padded, inputs).build());
    }

    private static Tensor constant(Value value) {
        return java.util.Objects.requireNonNull(value.constant());
    }
}

package dev.tenon.runtime;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.InstanceNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.norm.LayerNormalization;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.Norm;
import dev.tenon.graph.op.norm.RMSNormalization;
import dev.tenon.kernels.Lines;
import dev.tenon.kernels.norm.ChannelScale;
import dev.tenon.kernels.norm.LocalResponse;
import dev.tenon.kernels.norm.Normalize;
import dev.tenon.kernels.norm.Normalize.Statistic;
import dev.tenon.kernels.norm.Softmax;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Binds normalisations and softmaxes to kernels.
final class NormLowering {
    private NormLowering() {}

    static Lowered lower(Node node, Norm op) {
        if (!Lowering.isFloat(node, 0, 1, 2, 3, 4)) {
            return Lowering.reference(node, "the elements are not f32");
        }
        return switch (op) {
            case dev.tenon.graph.op.norm.Softmax(int axis) -> softmax(node, axis, false);
            case LogSoftmax(int axis) -> softmax(node, axis, true);
            case LayerNormalization(int axis, float epsilon, var _)
                    when node.outputs().size() == 1 ->
                    trailing(node, axis, new Normalize.Query(Statistic.DEVIATION, epsilon));
            case RMSNormalization(int axis, float epsilon, var _) ->
                    trailing(node, axis, new Normalize.Query(Statistic.ROOT_MEAN_SQUARE, epsilon));
            case InstanceNormalization(float epsilon) -> instances(node, epsilon);
            case BatchNormalization batch
                    when !batch.trainingMode() && node.outputs().size() == 1 ->
                    channels(node, batch.epsilon());
            case LRN(float alpha, float beta, float bias, int size) when size > 0 ->
                    local(node, new LocalResponse(alpha, beta, bias, size));
            default -> Lowering.reference(node, "no kernel for this operator");
        };
    }

    private static Lowered softmax(Node node, int axis, boolean logarithm) {
        return Lowering.choose(
                node,
                Softmax.FAMILY,
                new Softmax.Query(logarithm),
                kernel ->
                        frame -> {
                            var x = frame.tensor(0);
                            var lines = Lines.along(x.dims(), Nd.axis(axis, x.rank()));
                            var y = frame.output(0, DType.FLOAT32, x.dims());
                            return kernel.prepare(x.segment(), y.segment(), lines, frame.room());
                        });
    }

    private static Lowered trailing(Node node, int axis, Normalize.Query query) {
        var scale = node.input(1);
        var bias = node.input(2);
        var shape = node.input(0).tensorType().shape();
        if (!shape.isRanked()
                || bias.isPresent() && !bias.tensorType().shape().equals(scale.tensorType().shape())
                || !scale.tensorType().shape().isRanked()
                || scale.tensorType().shape().rank()
                        != shape.rank() - Nd.axis(axis, shape.rank())) {
            return Lowering.reference(node, "scale or bias do not have the shape of a group");
        }
        return Lowering.choose(
                node,
                Normalize.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var x = frame.tensor(0);
                            var lines = Lines.between(x.dims(), Nd.axis(axis, x.rank()), x.rank());
                            var scales = frame.tensor(1);
                            if (scales.size() != lines.length()) {
                                return Lowering.reference(node, frame);
                            }
                            var y = frame.output(0, DType.FLOAT32, x.dims());
                            var groups =
                                    new Normalize.Groups(
                                            lines.outer(),
                                            lines.length(),
                                            scales.segment(),
                                            memory(frame.optional(2)),
                                            1,
                                            lines.length());
                            return kernel.prepare(x.segment(), y.segment(), groups, frame.room());
                        });
    }

    private static @Nullable MemorySegment memory(@Nullable Tensor tensor) {
        return tensor == null ? null : tensor.segment();
    }

    private static Lowered instances(Node node, float epsilon) {
        var query = new Normalize.Query(Statistic.DEVIATION, epsilon);
        return Lowering.choose(
                node,
                Normalize.FAMILY,
                query,
                kernel ->
                        frame -> {
                            var x = frame.tensor(0);
                            var lines = Lines.between(x.dims(), 2, x.rank());
                            var y = frame.output(0, DType.FLOAT32, x.dims());
                            var groups =
                                    new Normalize.Groups(
                                            lines.outer(),
                                            lines.length(),
                                            frame.tensor(1).segment(),
                                            frame.tensor(2).segment(),
                                            Math.max(1, lines.length()),
                                            Math.max(1, Math.toIntExact(x.dim(1))));
                            return kernel.prepare(x.segment(), y.segment(), groups, frame.room());
                        });
    }

    private static Lowered local(Node node, LocalResponse kernel) {
        var layout = Images.output(node);
        return new Lowered(
                "local-response",
                frame -> {
                    var x = frame.tensor(0);
                    var y = frame.output(0, DType.FLOAT32, x.dims());
                    var lines = channels(x, layout);
                    return kernel.prepare(x.segment(), y.segment(), lines, frame.room());
                });
    }

    /// The axis of the channels; a vector counts as `[N, 1]`.
    private static Lines channels(Tensor x, Layout layout) {
        int axis = layout == Layout.CHANNELS_FIRST ? 1 : x.rank() - 1;
        return x.rank() > 1 ? Lines.along(x.dims(), axis) : new Lines(x.size(), 1, 1);
    }

    private static Lowered channels(Node node, float epsilon) {
        var layout = Images.output(node);
        var known = channelScale(node, epsilon);
        return new Lowered(
                        "channel-scale-java",
                        frame -> {
                            var scale =
                                    known != null
                                            ? known
                                            : ChannelScale.normalizing(
                                                    frame.contents(1).toFloats(),
                                                    frame.contents(2).toFloats(),
                                                    frame.contents(3).toFloats(),
                                                    frame.contents(4).toFloats(),
                                                    epsilon);
                            var x = frame.tensor(0);
                            var y = frame.output(0, DType.FLOAT32, x.dims());
                            var lines = channels(x, layout);
                            return scale.prepare(x.segment(), y.segment(), lines);
                        })
                .reading(1, 2, 3, 4);
    }

    /// What a batch normalisation by constants does; null when they are not.
    static @Nullable ChannelScale channelScale(Node node, float epsilon) {
        for (int i = 1; i < 5; i++) {
            if (node.input(i).constant() == null) {
                return null;
            }
        }
        return ChannelScale.normalizing(
                floats(node, 1), floats(node, 2), floats(node, 3), floats(node, 4), epsilon);
    }

    private static float[] floats(Node node, int input) {
        return Objects.requireNonNull(node.input(input).constant()).toFloats();
    }
}

package dev.tenon.passes.layout;

import dev.tenon.base.DType;
import dev.tenon.base.Layout;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Graph;
import dev.tenon.graph.Node;
import dev.tenon.graph.Op;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.Nd;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.convolution.ConvTranspose;
import dev.tenon.graph.op.elementwise.Cast;
import dev.tenon.graph.op.elementwise.Formula;
import dev.tenon.graph.op.fused.Map;
import dev.tenon.graph.op.fused.WithEpilogue;
import dev.tenon.graph.op.move.Concat;
import dev.tenon.graph.op.move.DepthToSpace;
import dev.tenon.graph.op.move.Flatten;
import dev.tenon.graph.op.move.Pad;
import dev.tenon.graph.op.move.Reshape;
import dev.tenon.graph.op.move.ShapeOf;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.move.SpaceToDepth;
import dev.tenon.graph.op.move.Split;
import dev.tenon.graph.op.move.Squeeze;
import dev.tenon.graph.op.move.Transpose;
import dev.tenon.graph.op.move.Unsqueeze;
import dev.tenon.graph.op.norm.BatchNormalization;
import dev.tenon.graph.op.norm.GroupNormalization;
import dev.tenon.graph.op.norm.InstanceNormalization;
import dev.tenon.graph.op.norm.LRN;
import dev.tenon.graph.op.norm.LogSoftmax;
import dev.tenon.graph.op.norm.Softmax;
import dev.tenon.graph.op.pool.GlobalPool;
import dev.tenon.graph.op.pool.WindowPool;
import dev.tenon.graph.op.reduce.ArgExtreme;
import dev.tenon.graph.op.reduce.Fold;
import dev.tenon.graph.op.resample.Resize;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Tells what part nodes can take in a choice of layouts.
final class Roles {
    private final Graph graph;

    Roles(Graph graph) {
        this.graph = graph;
    }

    /// Whether a value has batch, channels, and at least one spatial axis.
    static boolean isImage(Value value) {
        return Axes.rank(value) >= 3;
    }

    /// How a node works in channels-last order; null where it does not.
    @Nullable Role of(Node node) {
        return switch (node.op()) {
            case WithEpilogue op when isBody(op.body()) -> wrapped(node, op.operands());
            case Op op when isBody(op) -> wrapped(node, 0);
            case Formula _, Map _, Cast _ -> pointwise(node);
            case Transpose op -> border(node, op);
            case Reshape _ -> reshape(node);
            case Flatten op when op.axis() == 1 && isImage(node.input(0)) ->
                    Axes.isSpatiallyTrivial(Axes.shape(node.input(0)))
                            ? new Role.Along(op, java.util.Map.of(), Longs.of(0), false)
                            : null;
            case ShapeOf op when isImage(node.input(0)) -> extents(node, op);
            case Op op when isImage(node.input(0)) -> along(node, op);
            default -> null;
        };
    }

    private static boolean isBody(Op op) {
        return switch (op) {
            case Conv _,
                    ConvTranspose _,
                    WindowPool _,
                    GlobalPool _,
                    Resize _,
                    LRN _,
                    BatchNormalization _,
                    InstanceNormalization _,
                    GroupNormalization _,
                    DepthToSpace _,
                    SpaceToDepth _ ->
                    true;
            default -> false;
        };
    }

    /// @param operands how many operands of an epilogue there are, the last inputs
    private static @Nullable Role wrapped(Node node, int operands) {
        var image = node.input(0);
        if (node.outputs().size() != 1
                || !isImage(image)
                || !isImage(node.output())
                || image.tensorType().dtype() != DType.FLOAT32) {
            return null;
        }
        var images = new ArrayList<Long>();
        images.add(0L);
        int rank = Axes.rank(node.output());
        for (int i = node.inputs().size() - operands; i < node.inputs().size(); i++) {
            var shape = Axes.shape(node.input(i));
            if (!shape.isRanked()) {
                return null;
            }
            if (!Axes.repeatsPositions(shape, rank)) {
                if (shape.rank() != rank) {
                    return null;
                }
                images.add((long) i);
            }
        }
        return new Role.Wrapped(longs(images));
    }

    private static Longs longs(ArrayList<Long> elements) {
        return Longs.of(elements.stream().mapToLong(Long::longValue).toArray());
    }

    private static @Nullable Role pointwise(Node node) {
        if (node.outputs().size() != 1 || !isImage(node.output())) {
            return null;
        }
        int rank = Axes.rank(node.output());
        var images = new ArrayList<Long>();
        for (int i = 0; i < node.inputs().size(); i++) {
            var input = node.input(i);
            var shape = Axes.shape(input);
            if (!input.isPresent() || input.constant() != null) {
                continue;
            }
            if (!shape.isRanked()) {
                return null;
            }
            if (shape.rank() == rank) {
                images.add((long) i);
            } else if (shape.knownSize().orElse(-1) != 1) {
                return null;
            }
        }
        return images.isEmpty() ? null : new Role.Pointwise(longs(images));
    }

    private static @Nullable Role border(Node node, Transpose op) {
        int rank = Axes.rank(node.input(0));
        if (rank < 3) {
            return null;
        }
        var order = op.order(rank);
        if (order.equals(Layout.CHANNELS_LAST.fromChannelsFirst(rank))) {
            return new Role.ToLast();
        }
        return order.equals(Layout.CHANNELS_LAST.toChannelsFirst(rank))
                ? new Role.FromLast()
                : null;
    }

    /// A reshape of `[N, C, 1…]` to `[N, C]`, or the last of a shuffle.
    private @Nullable Role reshape(Node node) {
        var from = Axes.shape(node.input(0));
        var to = Axes.shape(node.output());
        if (!from.isRanked() || !to.isRanked()) {
            return null;
        }
        if (from.rank() >= 3
                && to.rank() == 2
                && Axes.isSpatiallyTrivial(from)
                && from.dim(0).equals(to.dim(0))) {
            var target = Axes.target(Axes.moved(from), to);
            return target == null
                    ? null
                    : new Role.Along(
                            new Reshape(false), java.util.Map.of(1, target), Longs.of(0), false);
        }
        return shuffle(node);
    }

    private @Nullable Role shuffle(Node join) {
        var swap = only(join.input(0));
        var cut = swap == null ? null : only(swap.input(0));
        if (swap == null
                || cut == null
                || !(swap.op() instanceof Transpose transpose)
                || !(cut.op() instanceof Reshape)
                || !isImage(cut.input(0))) {
            return null;
        }
        var image = Axes.shape(cut.input(0));
        var parts = Axes.shape(cut.output());
        int rank = image.rank();
        if (!parts.isRanked()
                || parts.rank() != rank + 1
                || !Axes.shape(join.output()).equals(image)
                || !parts.dim(0).equals(image.dim(0))
                || !parts.dims().subList(3, rank + 1).equals(image.dims().subList(2, rank))
                || parts.dim(1).known().isEmpty()
                || parts.dim(2).known().isEmpty()) {
            return null;
        }
        var swapped = Longs.range(0, rank + 1).map(a -> a == 1 ? 2 : a == 2 ? 1 : a);
        return transpose.order(rank + 1).equals(swapped)
                ? new Role.Shuffle(cut, swap, parts.dim(1).known().getAsLong())
                : null;
    }

    /// The node that makes a value which one node alone reads; null where there is none.
    private @Nullable Node only(Value value) {
        return graph.consumers(value).size() == 1 && !graph.isOutput(value)
                ? graph.producer(value)
                : null;
    }

    private static Role extents(Node node, ShapeOf op) {
        int rank = Axes.rank(node.input(0));
        int from = bound(op.start(), rank);
        var end = op.end();
        int to = end == null ? rank : bound(end, rank);
        return new Role.Extents(
                Longs.range(from, Math.max(from, to)).map(a -> Axes.moved(a, rank)));
    }

    private static int bound(int axis, int rank) {
        return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
    }

    /// Operators that name axes.
    private static @Nullable Role along(Node node, Op op) {
        int rank = Axes.rank(node.input(0));
        return switch (op) {
            case Concat(int axis) -> {
                boolean images = node.inputs().stream().allMatch(i -> Axes.rank(i) == rank);
                yield images
                        ? new Role.Along(
                                new Concat(Axes.moved(axis, rank)),
                                java.util.Map.of(),
                                Longs.range(0, node.inputs().size()),
                                true)
                        : null;
            }
            case Split(int axis, var parts) -> lays(new Split(Axes.moved(axis, rank), parts));
            case Softmax(int axis) -> lays(new Softmax(Axes.moved(axis, rank)));
            case LogSoftmax(int axis) -> lays(new LogSoftmax(Axes.moved(axis, rank)));
            case Slice _ -> slice(node, rank);
            case Pad pad -> pad(node, pad, rank);
            case Fold fold -> fold(node, fold, rank);
            case ArgExtreme extreme when extreme.keepdims() -> lays(moved(extreme, rank));
            case Squeeze _ -> squeeze(node, rank);
            case Unsqueeze _ -> unsqueeze(node, rank);
            default -> null;
        };
    }

    private static Role lays(Op op) {
        return new Role.Along(op, java.util.Map.of(), Longs.of(0), true);
    }

    private static Op moved(ArgExtreme op, int rank) {
        int axis = Axes.moved(op.axis(), rank);
        return switch (op) {
            case ArgExtreme.ArgMax max ->
                    new ArgExtreme.ArgMax(axis, max.keepdims(), max.selectLastIndex());
            case ArgExtreme.ArgMin min ->
                    new ArgExtreme.ArgMin(axis, min.keepdims(), min.selectLastIndex());
        };
    }

    private static @Nullable Role slice(Node node, int rank) {
        var axes = node.input(3).isPresent() ? Axes.named(node.input(3)) : firstAxes(node.input(1));
        return axes == null
                ? null
                : new Role.Along(
                        node.op(), java.util.Map.of(3, Axes.moved(axes, rank)), Longs.of(0), true);
    }

    private static @Nullable Longs firstAxes(Value starts) {
        var count = Axes.shape(starts).knownSize();
        return count.isPresent() ? Longs.range(0, count.getAsLong()) : null;
    }

    private static @Nullable Role pad(Node node, Pad op, int rank) {
        if (node.input(3).isPresent()) {
            var axes = Axes.named(node.input(3));
            return axes == null
                    ? null
                    : new Role.Along(
                            op, java.util.Map.of(3, Axes.moved(axes, rank)), Longs.of(0), true);
        }
        var pads = Axes.named(node.input(1));
        if (pads == null || pads.size() != 2 * rank) {
            return null;
        }
        var moved = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            moved[Axes.moved(i, rank)] = pads.get(i);
            moved[rank + Axes.moved(i, rank)] = pads.get(rank + i);
        }
        return new Role.Along(op, java.util.Map.of(1, Tensor.ofLongs(moved)), Longs.of(0), true);
    }

    private static @Nullable Role fold(Node node, Fold op, int rank) {
        var axes = node.input(1).isPresent() ? Axes.named(node.input(1)) : null;
        if (axes == null || axes.isEmpty()) {
            return null;
        }
        if (!op.keepdims() && !keepsOrder(axes, rank)) {
            return null;
        }
        return new Role.Along(
                op, java.util.Map.of(1, Axes.moved(axes, rank)), Longs.of(0), op.keepdims());
    }

    /// Whether the axes that are left stand in the same order in both layouts: the channels are not
    /// among them, or no spatial axis.
    private static boolean keepsOrder(Longs left, int rank) {
        var out = new boolean[rank];
        left.stream().forEach(a -> out[Nd.axis(a, rank)] = true);
        boolean noSpatial = true;
        for (int i = 2; i < rank; i++) {
            noSpatial &= out[i];
        }
        return out[1] || noSpatial;
    }

    private static @Nullable Role squeeze(Node node, int rank) {
        var axes = node.input(1).isPresent() ? Axes.named(node.input(1)) : null;
        if (axes == null) {
            return null;
        }
        boolean spatial = axes.stream().allMatch(a -> Nd.axis(a, rank) >= 2);
        boolean images = spatial && rank - axes.size() >= 3;
        return images || keepsOrder(axes, rank)
                ? new Role.Along(
                        node.op(), java.util.Map.of(1, Axes.moved(axes, rank)), Longs.of(0), images)
                : null;
    }

    private static @Nullable Role unsqueeze(Node node, int rank) {
        var axes = Axes.named(node.input(1));
        if (axes == null) {
            return null;
        }
        int grown = rank + axes.size();
        boolean spatial = axes.stream().allMatch(a -> Nd.axis(a, grown) >= 2);
        return spatial
                ? new Role.Along(
                        node.op(), java.util.Map.of(1, Axes.moved(axes, grown)), Longs.of(0), true)
                : null;
    }
}

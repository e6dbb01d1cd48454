package dev.tenon.passes;

import static dev.tenon.passes.Rule.rule;

import dev.tenon.base.Dim;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.AutoPad;
import dev.tenon.graph.op.Window;
import dev.tenon.graph.op.convolution.Conv;
import dev.tenon.graph.op.move.Slice;
import dev.tenon.graph.op.pool.AveragePool;
import dev.tenon.graph.op.pool.GlobalPool;
import dev.tenon.graph.op.pool.MaxPool;
import dev.tenon.graph.op.pool.Pool;
import dev.tenon.graph.op.pool.WindowPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rules that compute only those windows of convolutions and pools that are needed: a slice of the
/// result is the result for a slice of the input with a halo, and every n-th window is a stride.
/// Their results are the same to the bit but for the order of sums.
final class WindowSelections {
    /// Operations that a convolution does in the time in which one element is copied.
    private static final int OPERATIONS_PER_COPY = 16;

    private static final int CHANNELS = 1;
    private static final int FIRST_SPATIAL = 2;

    static final List<Rule<?>> RULES =
            List.of(
                    rule("slice-before-conv", Slice.class, WindowSelections::beforeConv),
                    rule("slice-before-pool", Slice.class, WindowSelections::beforePool));

    private WindowSelections() {}

    private static @Nullable Node producer(Node slice, RuleContext context) {
        var value = slice.input(0);
        var node = context.isReadOnce(value) ? context.producer(value) : null;
        return node != null && node.outputs().size() == 1 && Match.rank(value) > FIRST_SPATIAL
                ? node
                : null;
    }

    private static Optional<Patch> beforeConv(Slice op, Node node, RuleContext context) {
        var conv = producer(node, context);
        var ranges = conv == null ? null : Ranges.of(node);
        var weights = conv == null || ranges == null ? null : conv.input(1).constant();
        if (conv == null
                || ranges == null
                || weights == null
                || !(conv.op() instanceof Conv c)
                || ranges.along(CHANNELS) != null && c.group() != 1) {
            return Optional.empty();
        }
        int axes = weights.rank() - FIRST_SPATIAL;
        var kernel = Arrays.copyOfRange(weights.dims(), FIRST_SPATIAL, weights.rank());
        var window = Window.of(axes, c.autoPad(), c.strides(), c.dilations(), c.pads());
        var cut = Cut.of(node, conv, ranges.without(CHANNELS), window, kernel);
        double work = 2.0 * weights.size() / Math.max(1, weights.dim(0));
        if (cut == null || !pays(node, conv, cut, work)) {
            return Optional.empty();
        }
        var patch = context.patch();
        var features = ranges.mapped(a -> a == CHANNELS ? 0 : -1);
        var inputs = new ArrayList<Value>();
        inputs.add(cut.ranges().slice(conv.input(0), node, patch));
        inputs.add(features.slice(conv.input(1), node, patch));
        if (conv.input(2).isPresent()) {
            inputs.add(features.slice(conv.input(2), node, patch));
        }
        var taken =
                new Conv(
                        AutoPad.NOTSET,
                        c.dilations(),
                        c.group(),
                        c.kernelShape(),
                        cut.pads(),
                        cut.strides());
        return Optional.of(patch.replace(node, taken, inputs).build());
    }

    private static Optional<Patch> beforePool(Slice op, Node node, RuleContext context) {
        var pool = producer(node, context);
        var ranges = pool == null || !(pool.op() instanceof Pool) ? null : Ranges.of(node);
        if (pool == null || ranges == null) {
            return Optional.empty();
        }
        Pool taken;
        Ranges before;
        switch (pool.op()) {
            case GlobalPool global when ranges.axes().stream().allMatch(a -> a < FIRST_SPATIAL) -> {
                taken = global;
                before = ranges;
            }
            case WindowPool windows
                    when !windows.ceilMode() || windows.autoPad() != AutoPad.NOTSET -> {
                var cut =
                        Cut.of(
                                node,
                                pool,
                                ranges,
                                windows.window(),
                                windows.kernelShape().toArray());
                var same = cut == null ? null : withCut(windows, cut);
                double work = Tensor.size(windows.kernelShape().toArray());
                if (cut == null || same == null || !pays(node, pool, cut, work)) {
                    return Optional.empty();
                }
                taken = same;
                before = cut.ranges();
            }
            default -> {
                return Optional.empty();
            }
        }
        var patch = context.patch();
        var x = before.slice(pool.input(0), node, patch);
        return Optional.of(patch.replace(node, taken, List.of(x)).build());
    }

    private static @Nullable Pool withCut(WindowPool pool, Cut cut) {
        return switch (pool) {
            case MaxPool max ->
                    new MaxPool(
                            AutoPad.NOTSET,
                            false,
                            max.dilations(),
                            max.kernelShape(),
                            cut.pads(),
                            max.storageOrder(),
                            cut.strides());
            case AveragePool mean ->
                    new AveragePool(
                            AutoPad.NOTSET,
                            false,
                            mean.countIncludePad(),
                            mean.dilations(),
                            mean.kernelShape(),
                            cut.pads(),
                            cut.strides());
            default -> null;
        };
    }

    /// What part of the input some windows read, and how.
    ///
    /// @param ranges of the input
    private record Cut(Ranges ranges, Longs pads, Longs strides) {
        /// Null where extents are not known, or a window lies in the padding entirely.
        static @Nullable Cut of(
                Node slice, Node node, Ranges ranges, Window window, long[] kernel) {
            int axes = window.axes();
            var pads = new long[2 * axes];
            var strides = window.strides().toArray();
            var cut = new ArrayList<Integer>();
            var parts = new ArrayList<Ranges.Range>();
            for (int axis : ranges.axes()) {
                if (axis < FIRST_SPATIAL) {
                    cut.add(axis);
                    parts.add(Objects.requireNonNull(ranges.along(axis)));
                }
            }
            var x = Match.shape(node.input(0));
            for (int i = 0; i < axes; i++) {
                int axis = i + FIRST_SPATIAL;
                var taps = Dim.of(kernel[i]);
                var before = window.before(i, x.dim(axis), taps).known();
                var after = window.after(i, x.dim(axis), taps).known();
                if (before.isEmpty() || after.isEmpty()) {
                    return null;
                }
                pads[i] = before.getAsLong();
                pads[axes + i] = after.getAsLong();
                var range = ranges.along(axis);
                if (range == null) {
                    continue;
                }
                long span = window.span(i, taps).known().orElseThrow();
                var part = read(slice, node, axis, range, strides[i], span, pads[i]);
                if (part == null) {
                    return null;
                }
                pads[i] = part.before();
                pads[axes + i] = part.after();
                strides[i] = part.stride();
                if (part.to() - part.from() < x.dim(axis).known().orElseThrow()) {
                    cut.add(axis);
                    parts.add(new Ranges.Range(part.from(), part.to(), 1));
                }
            }
            return new Cut(new Ranges(cut, parts), Longs.of(pads), Longs.of(strides));
        }
    }

    /// What some windows read along one axis: elements `from` to `to - 1` and padding.
    private record Part(long from, long to, long before, long after, long stride) {}

    private static @Nullable Part read(
            Node slice, Node node, int axis, Ranges.Range range, long stride, long span, long pad) {
        var input = Match.shape(node.input(0)).dim(axis).known();
        var windows = Match.shape(node.output()).dim(axis).known();
        var taken = Match.shape(slice.output()).dim(axis).known();
        if (input.isEmpty()
                || windows.isEmpty()
                || taken.isEmpty()
                || taken.getAsLong() == 0
                || range.step() < 1) {
            return null;
        }
        long first = range.start() < 0 ? range.start() + windows.getAsLong() : range.start();
        long last = Math.max(0, first) + (taken.getAsLong() - 1) * range.step();
        long low = Math.max(0, first) * stride - pad;
        long high = last * stride - pad + span;
        long from = Math.max(0, low);
        long to = Math.min(input.getAsLong(), high);
        return from >= to
                ? null
                : new Part(
                        from,
                        to,
                        from - low,
                        high - to,
                        taken.getAsLong() == 1 ? stride : stride * range.step());
    }

    /// Whether the operations that are saved cost more than what is copied in addition.
    ///
    /// @param work operations an element of the result
    private static boolean pays(Node slice, Node node, Cut cut, double work) {
        double all = size(node.output());
        double taken = size(slice.output());
        double copied = cut.ranges().axes().isEmpty() ? 0 : size(node.input(0));
        for (int axis : cut.ranges().axes()) {
            var range = Objects.requireNonNull(cut.ranges().along(axis));
            var extent = Match.shape(node.input(0)).dim(axis).known();
            if (extent.isPresent() && axis >= FIRST_SPATIAL) {
                copied *= (double) (range.end() - range.start()) / extent.getAsLong();
            } else {
                copied *= share(slice, axis);
            }
        }
        return taken < all && (all - taken) * work > OPERATIONS_PER_COPY * (copied - taken);
    }

    /// How much of an axis a slice takes.
    private static double share(Node slice, int axis) {
        var from = Match.shape(slice.input(0)).dim(axis).known();
        var to = Match.shape(slice.output()).dim(axis).known();
        return from.isEmpty() || to.isEmpty() || from.getAsLong() == 0
                ? 1
                : (double) to.getAsLong() / from.getAsLong();
    }

    /// Elements, where extents that are not known count as 1.
    private static double size(Value value) {
        return Match.shape(value).dims().stream()
                .mapToDouble(d -> d.known().orElse(1))
                .reduce(1, (a, b) -> a * b);
    }
}

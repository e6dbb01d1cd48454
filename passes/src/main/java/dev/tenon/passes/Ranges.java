package dev.tenon.passes;

import dev.tenon.base.Tensor;
import dev.tenon.graph.Node;
import dev.tenon.graph.Value;
import dev.tenon.graph.op.move.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The ranges of axes that a slice with constant bounds takes.
///
/// @param axes the axes, from the front
/// @param ranges a range an axis
record Ranges(List<Integer> axes, List<Range> ranges) {
    /// Bounds as a slice gives them: negative ones count from the end.
    record Range(long start, long end, long step) {}

    static final Ranges NONE = new Ranges(List.of(), List.of());

    /// The ranges of a slice; null where they are not constants, or an axis is taken twice.
    static @Nullable Ranges of(Node slice) {
        int rank = Match.rank(slice.input(0));
        var bounds = new ArrayList<long[]>();
        for (int i = 1; i < slice.inputs().size(); i++) {
            var constant = slice.input(i).constant();
            if (constant == null && slice.input(i).isPresent()) {
                return null;
            }
            bounds.add(constant == null ? new long[0] : constant.toLongs());
        }
        if (rank < 0) {
            return null;
        }
        var axes = new ArrayList<Integer>();
        var ranges = new ArrayList<Range>();
        for (int i = 0; i < bounds.getFirst().length; i++) {
            boolean named = bounds.size() > 2 && slice.input(3).isPresent();
            boolean steps = bounds.size() > 3 && slice.input(4).isPresent();
            int axis = named ? (int) Math.floorMod(bounds.get(2)[i], (long) rank) : i;
            if (axes.contains(axis)) {
                return null;
            }
            axes.add(axis);
            ranges.add(new Range(bounds.get(0)[i], bounds.get(1)[i], steps ? bounds.get(3)[i] : 1));
        }
        return axes.isEmpty() ? null : new Ranges(axes, ranges);
    }

    /// From one position of an axis up to another.
    static Ranges of(int axis, long start, long end) {
        return of(axis, start, end, 1);
    }

    /// Every so-manieth position of an axis from one on, up to another.
    static Ranges of(int axis, long start, long end, long step) {
        return new Ranges(List.of(axis), List.of(new Range(start, end, step)));
    }

    /// One position of an axis, which counts from the end where it is negative.
    static Ranges one(int axis, long at) {
        return of(axis, at, at == -1 ? Long.MAX_VALUE : at + 1);
    }

    /// The ranges of other axes; those of -1 are left out.
    Ranges mapped(IntUnaryOperator axis) {
        var newAxes = new ArrayList<Integer>();
        var newRanges = new ArrayList<Range>();
        for (int i = 0; i < axes.size(); i++) {
            int to = axis.applyAsInt(axes.get(i));
            if (to >= 0) {
                newAxes.add(to);
                newRanges.add(ranges.get(i));
            }
        }
        return new Ranges(newAxes, newRanges);
    }

    Ranges without(int axis) {
        return mapped(a -> a == axis ? -1 : a);
    }

    /// The ranges of an operand that is broadcast to a result, of which these are; null where it
    /// cannot be told whether an axis is.
    @Nullable Ranges of(Value operand, Value result) {
        var from = Match.shape(operand);
        var to = Match.shape(result);
        if (!from.isRanked() || !to.isRanked()) {
            return null;
        }
        int shift = to.rank() - from.rank();
        for (int axis : axes) {
            int own = axis - shift;
            if (own >= 0 && !from.dim(own).is(1) && !from.dim(own).equals(to.dim(axis))) {
                return null;
            }
        }
        return mapped(a -> a < shift || from.dim(a - shift).is(1) ? -1 : a - shift);
    }

    /// The range of an axis; null where all of it is taken.
    @Nullable Range along(int axis) {
        int at = axes.indexOf(axis);
        return at < 0 ? null : ranges.get(at);
    }

    /// The ranges as they are inside of a part of an axis; null where they do not lie in it.
    @Nullable Ranges within(int axis, long begin, long end) {
        var range = along(axis);
        if (range == null
                || range.step() <= 0
                || range.start() < begin
                || range.end() > end
                || range.start() >= range.end()) {
            return null;
        }
        var moved = new ArrayList<>(ranges);
        moved.set(
                axes.indexOf(axis),
                new Range(range.start() - begin, range.end() - begin, range.step()));
        return new Ranges(axes, moved);
    }

    /// Adds a slice of these ranges; the value itself where there are none.
    ///
    /// @param like whose names the new ones are like
    Value slice(Value value, Node like, Patch.Builder patch) {
        if (axes.isEmpty()) {
            return value;
        }
        var name = like.name();
        var inputs = new ArrayList<Value>();
        inputs.add(value);
        inputs.add(constant(name + "_starts", ranges.stream().mapToLong(Range::start), patch));
        inputs.add(constant(name + "_ends", ranges.stream().mapToLong(Range::end), patch));
        inputs.add(constant(name + "_axes", axes.stream().mapToLong(a -> a), patch));
        if (ranges.stream().anyMatch(r -> r.step() != 1)) {
            inputs.add(constant(name + "_steps", ranges.stream().mapToLong(Range::step), patch));
        }
        return patch.add(new Slice(), name, inputs, List.of(name)).getFirst();
    }

    private static Value constant(String like, LongStream numbers, Patch.Builder patch) {
        return patch.constant(like, Tensor.ofLongs(numbers.toArray()));
    }
}

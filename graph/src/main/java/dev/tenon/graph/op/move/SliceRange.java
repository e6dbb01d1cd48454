package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which positions of an axis a [Slice] takes: `start, start + step, …`, `count` of them.
///
/// @param start of no meaning when there are none
record SliceRange(Dim start, long step, Dim count) {
    /// Bounds from here on mean "to the very end" where the extent is not known.
    private static final long FAR = Integer.MAX_VALUE;

    /// The range of bounds as they are given: negative ones count from the end, and what is outside
    /// of the axis is clamped. Null where the sign of a bound is not known.
    static @Nullable SliceRange of(Dim extent, Dim start, Dim end, long step) {
        var last = extent.minus(1);
        var from = counted(extent, start);
        var to = counted(extent, end);
        if (from == null || to == null) {
            return null;
        }
        if (step > 0) {
            from = from.max(Dim.ZERO);
            return new SliceRange(from, step, count(to.min(extent).minus(from), step));
        }
        from = start.is(-1) ? last : from.max(Dim.ZERO).min(last);
        return new SliceRange(from, step, count(from.minus(to.max(Dim.of(-1))), -step));
    }

    /// The range of known bounds of an axis of known extent.
    static SliceRange of(long extent, long start, long end, long step) {
        return Objects.requireNonNull(of(Dim.of(extent), Dim.of(start), Dim.of(end), step));
    }

    private static Dim count(Dim length, long step) {
        return length.max(Dim.ZERO).ceilDiv(step);
    }

    /// A bound counted from the front, not clamped unless it lies far outside.
    private static @Nullable Dim counted(Dim extent, Dim given) {
        if (given instanceof Dim.Known(var value)) {
            if (Math.abs((double) value) >= FAR && !extent.isKnown()) {
                return value > 0 ? extent : Dim.of(-1);
            }
            // Such that sums do not overflow.
            var near = Dim.of(Math.clamp(value, -Long.MAX_VALUE / 4, Long.MAX_VALUE / 4));
            return value < 0 ? near.plus(extent) : near;
        }
        if (given.isNeverNegative()) {
            return given;
        }
        return given.plus(1).times(-1).isNeverNegative() ? given.plus(extent) : null;
    }
}

package dev.tenon.graph.op.move;

import dev.tenon.base.Dim;
import org.jspecify.annotations.Nullable;

/// Which positions of an axis a [Slice] takes: `start, start + step, …`, `count` of them.
record SliceRange(Dim start, long step, Dim count) {
    /// Bounds from here on mean "to the very end" where the extent is not known.
    private static final long FAR = Integer.MAX_VALUE;

    /// All of an axis.
    static SliceRange all(Dim extent) {
        return new SliceRange(Dim.ZERO, 1, extent);
    }

    /// The range of bounds as they are given: negative ones count from the end, and what is outside of
    /// the axis is clamped. Null where the sign of a bound is not known.
    static @Nullable SliceRange of(Dim extent, Dim start, Dim end, long step) {
        // Going backwards, the last position is the first one taken, and -1 lies before the first.
        var least = step > 0 ? Dim.ZERO : Dim.of(-1);
        var most = step > 0 ? extent : extent.minus(1);
        var from = bound(extent, start, step > 0 ? least : Dim.ZERO.min(most), most);
        var to = bound(extent, end, least, most);
        if (from == null || to == null) {
            return null;
        }
        var length = step > 0 ? to.minus(from) : from.minus(to);
        return new SliceRange(from, step, length.max(Dim.ZERO).ceilDiv(Math.abs(step)));
    }

    private static @Nullable Dim bound(Dim extent, Dim given, Dim least, Dim most) {
        if (given instanceof Dim.Known(var value) && Math.abs((double) value) >= FAR && !extent.isKnown()) {
            return value > 0 ? most : least;
        }
        if (given instanceof Dim.Known(var value)) {
            // Clamped beforehand, so that the sums below do not overflow.
            return fromFront(extent, Dim.of(Math.clamp(value, -Long.MAX_VALUE / 4, Long.MAX_VALUE / 4)), value < 0)
                    .max(least)
                    .min(most);
        }
        if (given.isNeverNegative()) {
            return given.max(least).min(most);
        }
        return given.plus(1).times(-1).isNeverNegative()
                ? fromFront(extent, given, true).max(least).min(most)
                : null;
    }

    private static Dim fromFront(Dim extent, Dim given, boolean negative) {
        return negative ? given.plus(extent) : given;
    }
}

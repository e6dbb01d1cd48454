package dev.tenon.graph.op.quant;

import dev.tenon.base.MiniFloat;
import dev.tenon.base.Tensor;

/// How numbers become quantised elements.
final class Saturation {
    private Saturation() {}

    /// Stores a number.
    ///
    /// In an integer: the nearest one, ties to even, after which the zero point is added, within
    /// the range of the dtype; NaN becomes the zero point. In a float: the sum, rounded.
    ///
    /// @param saturate whether sums too large for a float become its largest number, rather than
    ///   infinity or NaN
    static void store(Tensor into, long index, double value, double zeroPoint, boolean saturate) {
        var dtype = into.dtype();
        var mini = dtype.miniFloat();
        if (mini != null) {
            var overflow = saturate ? MiniFloat.Overflow.SATURATE : MiniFloat.Overflow.SPECIAL;
            into.setBits(index, mini.encode(value + zeroPoint, overflow));
            return;
        }
        double sum = (Double.isNaN(value) ? 0 : Math.rint(value)) + zeroPoint;
        into.setLong(
                index,
                (long) Math.clamp(sum, (double) dtype.minInteger(), (double) dtype.maxInteger()));
    }
}

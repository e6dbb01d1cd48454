package dev.tenon.runtime;

import dev.tenon.graph.op.move.Pad;
import java.util.ArrayList;
import java.util.List;

/// Neighbouring positions of a padded axis that are read from evenly spaced ones.
///
/// @param first the first of them
/// @param source where it is read from
/// @param step from the source of one to that of the next
record PaddingRun(long first, long length, long source, long step) {
    /// The runs of an axis, in order.
    ///
    /// @param before how many elements come before the first
    /// @param extent of the axis
    /// @param padded the extent with padding
    static List<PaddingRun> of(Pad.Mode mode, long before, long extent, long padded) {
        var runs = new ArrayList<PaddingRun>();
        long first = 0;
        while (first < padded) {
            long source = mode.source(first - before, extent);
            long end = first + 1;
            long step = end < padded ? mode.source(end - before, extent) - source : 1;
            while (end < padded
                    && mode.source(end - before, extent) == source + (end - first) * step) {
                end++;
            }
            runs.add(new PaddingRun(first, end - first, source, step));
            first = end;
        }
        return runs;
    }
}

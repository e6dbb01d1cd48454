package dev.tenon.passes;

import dev.tenon.base.Longs;
import dev.tenon.graph.Node;
import dev.tenon.graph.op.move.Pad;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a node pads, and with what.
final class Padding {
    private Padding() {}

    /// Whether a node pads with a number.
    static boolean isWith(Node pad, double number) {
        if (!(pad.op() instanceof Pad(var mode)) || mode != Pad.Mode.CONSTANT) {
            return false;
        }
        var value = pad.input(2).isPresent() ? Match.scalar(pad.input(2)) : null;
        return value == null ? number == 0 : value.isPresent() && value.getAsDouble() == number;
    }

    /// How many elements a node pads before each spatial axis, then after each; null where that is
    /// not known, it takes some away, or it pads other axes.
    static long @Nullable [] spatial(Node pad, int axes) {
        var pads = pad.input(1).constant();
        int rank = axes + 2;
        if (pads == null || pad.input(3).isPresent() && pad.input(3).constant() == null) {
            return null;
        }
        long[] which =
                pad.input(3).isPresent()
                        ? Objects.requireNonNull(pad.input(3).constant()).toLongs()
                        : Longs.range(0, rank).toArray();
        var result = new long[2 * axes];
        for (int i = 0; i < 2 * which.length; i++) {
            long count = pads.getLong(i);
            int axis = (int) Math.floorMod(which[i % which.length], (long) rank);
            if (count < 0 || count > 0 && axis < 2) {
                return null;
            }
            if (axis >= 2) {
                result[axis - 2 + (i < which.length ? 0 : axes)] += count;
            }
        }
        return Arrays.stream(result).allMatch(c -> c >= 0) ? result : null;
    }
}

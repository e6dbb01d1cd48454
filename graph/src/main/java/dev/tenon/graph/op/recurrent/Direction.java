package dev.tenon.graph.op.recurrent;

import java.util.Locale;

/// Which ways a sequence is read.
public enum Direction {
    FORWARD,
    REVERSE,
    /// Forward by a first cell and in reverse by a second one.
    BIDIRECTIONAL;

    /// How many cells there are.
    public int count() {
        return this == BIDIRECTIONAL ? 2 : 1;
    }

    /// Whether a cell reads from the end.
    public boolean isReverse(int cell) {
        return this == REVERSE || cell == 1;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

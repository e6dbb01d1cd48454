package dev.tenon.graph.op.elementwise;

import java.util.Locale;

/// How conversion to powers of two (`f8e8m0`) rounds.
public enum RoundMode {
    /// To the next greater power.
    UP,
    /// To the next smaller power.
    DOWN,
    /// To the nearest power, the greater one when both are as near.
    NEAREST;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

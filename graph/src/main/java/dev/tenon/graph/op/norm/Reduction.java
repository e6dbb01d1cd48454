package dev.tenon.graph.op.norm;

import java.util.Locale;

/// What a loss makes of the losses of all places.
public enum Reduction {
    /// They stay as they are.
    NONE,
    /// Their mean, each place counting by its weight.
    MEAN,
    SUM;

    /// As in files: `mean`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

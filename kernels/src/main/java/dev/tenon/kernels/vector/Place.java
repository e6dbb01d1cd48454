package dev.tenon.kernels.vector;

import org.jspecify.annotations.Nullable;

/// A place in memory: `base + index + bytes`.
public record Place(Word base, @Nullable Word index, int bytes) {
    public static Place at(Word base) {
        return new Place(base, null, 0);
    }

    public static Place at(Word base, Word index) {
        return new Place(base, index, 0);
    }

    /// So many bytes further.
    public Place plus(int more) {
        return new Place(base, index, bytes + more);
    }
}

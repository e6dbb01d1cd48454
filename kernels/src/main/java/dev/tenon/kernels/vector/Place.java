package dev.tenon.kernels.vector;

import org.jspecify.annotations.Nullable;

/// A place in memory: `base + index · scale + bytes`.
///
/// @param scale 1, 2, 4 or 8
public record Place(Word base, @Nullable Word index, int scale, int bytes) implements Source {
    public static Place at(Word base) {
        return new Place(base, null, 1, 0);
    }

    public static Place at(Word base, Word index) {
        return at(base, index, 1);
    }

    public static Place at(Word base, Word index, int scale) {
        return new Place(base, index, scale, 0);
    }

    /// So many bytes further.
    public Place plus(int more) {
        return new Place(base, index, scale, bytes + more);
    }
}

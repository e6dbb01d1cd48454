package dev.tenon.base;

/// How the elements of an image or a sequence `[images, channels, spatial…]` lie in memory.
public enum Layout {
    /// `[images, channels, spatial…]`, as ONNX has them.
    CHANNELS_FIRST,
    /// `[images, spatial…, channels]`.
    CHANNELS_LAST;

    /// The permutation that takes channels-first axes to this layout: entry `i` is the
    /// channels-first axis that stands at place `i`.
    ///
    /// @param rank of the tensor, at least 2
    public Longs fromChannelsFirst(int rank) {
        var axes = new long[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = this == CHANNELS_FIRST || i == 0 ? i : i == rank - 1 ? 1 : i + 1;
        }
        return Longs.of(axes);
    }

    /// The permutation back.
    ///
    /// @param rank of the tensor, at least 2
    public Longs toChannelsFirst(int rank) {
        var axes = new long[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = this == CHANNELS_FIRST || i == 0 ? i : i == 1 ? rank - 1 : i - 1;
        }
        return Longs.of(axes);
    }
}

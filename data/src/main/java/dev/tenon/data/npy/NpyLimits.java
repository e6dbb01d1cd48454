package dev.tenon.data.npy;

/// What array files may be at most.
///
/// @param bytes of all arrays of a file together, unpacked
/// @param header bytes of one array's header
/// @param arrays in an archive
/// @param rank of an array
public record NpyLimits(long bytes, int header, int arrays, int rank) {
    public static final NpyLimits DEFAULT = new NpyLimits(8L << 30, 64 << 10, 10_000, 64);
}

package dev.tenon.formats.onnx.proto;

/// What a file may ask of its reader. Going over a limit is a [dev.tenon.base.LimitException],
/// raised before anything is allocated.
///
/// @param maxDepth messages within messages; from 0 to 1000
/// @param maxMessages messages in all: nodes, attributes, tensors, types and so on
/// @param maxStrings strings in all: names, and elements of string tensors
/// @param maxStringBytes bytes of decoded text in all
/// @param maxCopiedBytes bytes in all of numbers that are scattered over the file and so are
///   gathered on the heap; packed numbers and raw data are never copied
public record Limits(
        int maxDepth, long maxMessages, long maxStrings, long maxStringBytes, long maxCopiedBytes) {

    /// Enough for every published model of several gigabytes, and safe on a small heap.
    public static final Limits DEFAULT = new Limits(64, 2_000_000, 8_000_000, 256L << 20, 1L << 30);

    private static final int DEEPEST = 1000;

    public Limits {
        if (maxDepth < 0 || maxDepth > DEEPEST) {
            throw new IllegalArgumentException("maxDepth is from 0 to 1000, not " + maxDepth);
        }
        if (Math.min(Math.min(maxMessages, maxStrings), Math.min(maxStringBytes, maxCopiedBytes))
                < 0) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }

    public Limits withMaxDepth(int maxDepth) {
        return new Limits(maxDepth, maxMessages, maxStrings, maxStringBytes, maxCopiedBytes);
    }
}

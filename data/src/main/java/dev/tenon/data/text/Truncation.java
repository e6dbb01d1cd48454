package dev.tenon.data.text;

/// How inputs that are too long are cut.
///
/// @param maxLength tokens, special ones included
/// @param strategy which of two texts is cut
/// @param left the start is cut off rather than the end
public record Truncation(int maxLength, Strategy strategy, boolean left) {
    public enum Strategy {
        /// The longer one first, until both have half.
        LONGEST_FIRST,
        ONLY_FIRST,
        ONLY_SECOND
    }

    public static Truncation to(int maxLength) {
        return new Truncation(maxLength, Strategy.LONGEST_FIRST, false);
    }
}

package dev.tenon.asm;

/// How four bytes of code hold the distance to a label.
@FunctionalInterface
public interface Link {
    /// The four bytes with the distance in them.
    ///
    /// @param word what they are without it
    /// @param distance in bytes
    /// @throws EncodingException when they cannot hold it
    int with(int word, int distance);
}

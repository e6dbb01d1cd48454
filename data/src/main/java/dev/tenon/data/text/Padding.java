package dev.tenon.data.text;

/// How inputs that are too short are filled up.
///
/// @param length tokens; 0, as many as the longest of a batch has
/// @param multipleOf the length is rounded up to a multiple of this
/// @param left filled at the start rather than at the end
/// @param id of the token that fills
/// @param typeId of the tokens that fill
/// @param token its text
public record Padding(int length, int multipleOf, boolean left, int id, int typeId, String token) {
    /// The same padding to the longest input of a batch.
    public Padding toLongest() {
        return new Padding(0, 1, left, id, typeId, token);
    }

    /// The same padding to a fixed length.
    public Padding toLength(int tokens) {
        return new Padding(tokens, 1, left, id, typeId, token);
    }

    int target(int longest) {
        int target = length == 0 ? longest : length;
        return multipleOf <= 1 ? target : Math.ceilDiv(target, multipleOf) * multipleOf;
    }
}

package dev.tenon.data.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the tokens of a word.
sealed interface SubwordModel permits WordPiece, BytePair {
    /// One token of a word.
    record Piece(int id, String token, int start, int end) {}

    /// Appends the tokens of a word.
    void tokenize(AlignedText word, List<Piece> pieces);

    Map<String, Integer> vocabulary();

    /// A token's number, or null.
    default @Nullable Integer id(String token) {
        return vocabulary().get(token);
    }
}

package dev.tenon.data.text;

import java.util.List;

/// One input as tokens, special ones and padding included.
public record Encoding(List<Token> tokens) {
    /// One token.
    ///
    /// @param id in the vocabulary
    /// @param text as it stands in the vocabulary
    /// @param typeId 0 or 1: which of two texts it belongs to
    /// @param attended false for padding
    /// @param start where it starts in the original text, in UTF-16 units; 0 for special tokens
    /// @param end where it ends
    public record Token(int id, String text, int typeId, boolean attended, int start, int end) {}

    public Encoding {
        tokens = List.copyOf(tokens);
    }

    public int length() {
        return tokens.size();
    }

    public List<Integer> ids() {
        return tokens.stream().map(Token::id).toList();
    }

    /// The tokens' texts.
    public List<String> texts() {
        return tokens.stream().map(Token::text).toList();
    }
}

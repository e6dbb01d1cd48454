package dev.tenon.data.text;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The longest token that the rest of a word starts with, again and again; a word that cannot be
/// made up of tokens, or is too long, is unknown as a whole.
///
/// @param prefix what tokens that do not start a word start with
/// @param maxChars characters of the longest word that is looked at
record WordPiece(Map<String, Integer> vocabulary, String unknown, String prefix, int maxChars)
        implements SubwordModel {
    WordPiece {
        vocabulary = Map.copyOf(vocabulary);
        if (!vocabulary.containsKey(unknown)) {
            throw new FormatException(
                    Problem.of("the unknown token is not in the vocabulary").got(unknown));
        }
    }

    @Override
    public void tokenize(AlignedText word, List<Piece> pieces) {
        int length = word.length();
        int before = pieces.size();
        int start = length > maxChars ? -1 : 0;
        while (start >= 0 && start < length) {
            start = next(word, start, pieces);
        }
        if (start < 0) {
            pieces.subList(before, pieces.size()).clear();
            pieces.add(new Piece(unknownId(), unknown, word.start(0), word.end(length - 1)));
        }
    }

    private int unknownId() {
        return Objects.requireNonNull(vocabulary.get(unknown));
    }

    /// Where the next token ends, -1 when there is none.
    private int next(AlignedText word, int start, List<Piece> pieces) {
        var rest = new StringBuilder(start == 0 ? "" : prefix);
        for (int i = start; i < word.length(); i++) {
            rest.appendCodePoint(word.codePoint(i));
        }
        for (int end = word.length(); end > start; end--) {
            var token = rest.toString();
            var id = vocabulary.get(token);
            if (id != null) {
                pieces.add(new Piece(id, token, word.start(start), word.end(end - 1)));
                return end;
            }
            rest.setLength(rest.length() - Character.charCount(word.codePoint(end - 1)));
        }
        return -1;
    }
}

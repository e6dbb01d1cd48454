package dev.tenon.data.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tokens that are found in a text before it is split into words.
final class AddedTokens {
    /// One of them.
    ///
    /// @param singleWord only where no letter, digit or underscore touches it
    /// @param leftStrip with the spaces before it
    /// @param rightStrip with the spaces after it
    /// @param normalized found in the normalised text rather than in the original one
    record Token(
            int id,
            String content,
            boolean singleWord,
            boolean leftStrip,
            boolean rightStrip,
            boolean normalized) {}

    /// A piece of text: a token, or what lies between tokens.
    record Section(AlignedText text, @Nullable Token token) {}

    private final Map<Integer, List<Token>> byFirst = new HashMap<>();

    /// @param tokens whose contents are as they stand in the text that is searched
    AddedTokens(List<Token> tokens) {
        for (var token : tokens) {
            if (!token.content().isEmpty()) {
                byFirst.computeIfAbsent(token.content().codePointAt(0), _ -> new ArrayList<>())
                        .add(token);
            }
        }
        // Where several match, the longest does.
        byFirst.values()
                .forEach(
                        list ->
                                list.sort(
                                        (a, b) ->
                                                Integer.compare(
                                                        b.content().length(),
                                                        a.content().length())));
    }

    List<Section> split(AlignedText text) {
        var sections = new ArrayList<Section>();
        int done = 0;
        for (int i = 0; i < text.length(); ) {
            var token = match(text, i);
            if (token == null) {
                i++;
                continue;
            }
            int start = i;
            int end = i + token.content().codePointCount(0, token.content().length());
            while (token.leftStrip()
                    && start > done
                    && CodePoints.isSpace(text.codePoint(start - 1))) {
                start--;
            }
            while (token.rightStrip()
                    && end < text.length()
                    && CodePoints.isSpace(text.codePoint(end))) {
                end++;
            }
            if (start > done) {
                sections.add(new Section(text.slice(done, start), null));
            }
            sections.add(new Section(text.slice(start, end), token));
            done = end;
            i = end;
        }
        if (done < text.length()) {
            sections.add(new Section(text.slice(done, text.length()), null));
        }
        return sections;
    }

    private @Nullable Token match(AlignedText text, int at) {
        for (var token : byFirst.getOrDefault(text.codePoint(at), List.of())) {
            int end = end(text, at, token.content());
            if (end >= 0 && (!token.singleWord() || isApart(text, at, end))) {
                return token;
            }
        }
        return null;
    }

    private static int end(AlignedText text, int at, String content) {
        int i = at;
        for (int c = 0; c < content.length(); i++) {
            int wanted = content.codePointAt(c);
            if (i >= text.length() || text.codePoint(i) != wanted) {
                return -1;
            }
            c += Character.charCount(wanted);
        }
        return i;
    }

    private static boolean isApart(AlignedText text, int start, int end) {
        return (start == 0 || !isWordPart(text.codePoint(start - 1)))
                && (end == text.length() || !isWordPart(text.codePoint(end)));
    }

    private static boolean isWordPart(int c) {
        return c == '_' || Character.isLetter(c) || CodePoints.isNumber(c) || CodePoints.isMark(c);
    }
}

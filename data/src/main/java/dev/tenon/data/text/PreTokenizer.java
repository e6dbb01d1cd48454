package dev.tenon.data.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How a text is cut into words, in which the subword model then looks for tokens.
sealed interface PreTokenizer {
    List<AlignedText> split(AlignedText text);

    /// Several, one after the other.
    record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
        public Sequence {
            parts = List.copyOf(parts);
        }

        @Override
        public List<AlignedText> split(AlignedText text) {
            var words = List.of(text);
            for (var part : parts) {
                words = words.stream().flatMap(w -> part.split(w).stream()).toList();
            }
            return words;
        }
    }

    /// At spaces, which are dropped, and around each punctuation mark.
    record Bert() implements PreTokenizer {
        @Override
        public List<AlignedText> split(AlignedText text) {
            var words = new ArrayList<AlignedText>();
            int start = 0;
            for (int i = 0; i < text.length(); i++) {
                int c = text.codePoint(i);
                boolean space = CodePoints.isSpace(c);
                if (space || CodePoints.isPunctuation(c)) {
                    addWord(words, text, start, i);
                    if (!space) {
                        words.add(text.slice(i, i + 1));
                    }
                    start = i + 1;
                }
            }
            addWord(words, text, start, text.length());
            return words;
        }
    }

    /// At spaces, which are dropped.
    record WhitespaceSplit() implements PreTokenizer {
        @Override
        public List<AlignedText> split(AlignedText text) {
            var words = new ArrayList<AlignedText>();
            int start = 0;
            for (int i = 0; i < text.length(); i++) {
                if (CodePoints.isSpace(text.codePoint(i))) {
                    addWord(words, text, start, i);
                    start = i + 1;
                }
            }
            addWord(words, text, start, text.length());
            return words;
        }
    }

    /// By a regular expression: matches are words of their own, or dropped; what lies between them
    /// is kept, or dropped.
    record Split(Pattern pattern, boolean keepMatches, boolean keepGaps) implements PreTokenizer {
        @Override
        public List<AlignedText> split(AlignedText text) {
            var words = new ArrayList<AlignedText>();
            var string = text.toString();
            var matcher = pattern.matcher(string);
            int at = 0;
            int atUnit = 0;
            while (matcher.find()) {
                int start = at + string.codePointCount(atUnit, matcher.start());
                int end = start + string.codePointCount(matcher.start(), matcher.end());
                if (keepGaps) {
                    addWord(words, text, at, start);
                }
                if (keepMatches) {
                    addWord(words, text, start, end);
                }
                at = end;
                atUnit = matcher.end();
            }
            if (keepGaps) {
                addWord(words, text, at, text.length());
            }
            return words;
        }
    }

    /// GPT-2's: by its regular expression when asked to, then each byte of UTF-8 becomes one
    /// printable character.
    record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {
        private static final Split WORDS =
                new Split(
                        Pattern.compile(
                                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+|"
                                        + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                                Pattern.UNICODE_CHARACTER_CLASS),
                        true,
                        true);
        private static final int[] BYTE_TO_CHAR = alphabet();

        @Override
        public List<AlignedText> split(AlignedText text) {
            if (addPrefixSpace && text.length() > 0 && !CodePoints.isSpace(text.codePoint(0))) {
                text = prefixed(text);
            }
            var words = useRegex ? WORDS.split(text) : List.of(text);
            return words.stream().map(ByteLevel::encode).toList();
        }

        private static AlignedText prefixed(AlignedText text) {
            var result = new AlignedText(text.length() + 1);
            result.add(' ', text.start(0), text.start(0));
            for (int i = 0; i < text.length(); i++) {
                result.add(text.codePoint(i), text.start(i), text.end(i));
            }
            return result;
        }

        private static AlignedText encode(AlignedText word) {
            var result = new AlignedText(word.length());
            for (int i = 0; i < word.length(); i++) {
                for (byte b :
                        Character.toString(word.codePoint(i)).getBytes(StandardCharsets.UTF_8)) {
                    result.add(BYTE_TO_CHAR[b & 0xff], word.start(i), word.end(i));
                }
            }
            return result;
        }

        /// Printable bytes of Latin-1 stand for themselves, the others for U+0100 and up in their
        /// order.
        private static int[] alphabet() {
            var table = new int[256];
            int next = 256;
            for (int b = 0; b < 256; b++) {
                boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
                table[b] = printable ? b : next++;
            }
            return table;
        }
    }

    private static void addWord(List<AlignedText> words, AlignedText text, int from, int to) {
        if (to > from) {
            words.add(text.slice(from, to));
        }
    }
}

package dev.tenon.graph.op.text;

import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression in RE2's syntax, matched by `java.util.regex`.
///
/// RE2 has no look-around, no back-references and no possessive quantifiers, and never takes more
/// than linear time. The Java matcher backtracks, so that it is stopped when it reads a text too
/// often.
final class Re2 {
    /// How often the matcher may read a character, for each character of the text and the pattern.
    private static final long READS = 10_000;

    private final Pattern pattern;

    private Re2(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws GraphException when RE2 does not take the pattern
    static Re2 compile(String pattern) {
        try {
            return new Re2(
                    Pattern.compile(new Re2Translator(pattern).translate(), Pattern.UNIX_LINES));
        } catch (PatternSyntaxException e) {
            throw new GraphException(
                    Problem.of("malformed regular expression (" + e.getDescription() + ")")
                            .got(pattern),
                    e);
        }
    }

    /// Whether the expression matches the whole text.
    ///
    /// @throws LimitException when the matcher backtracks too much
    boolean matches(String text) {
        long reads = READS * (1L + text.length() + pattern.pattern().length());
        try {
            return pattern.matcher(new Metered(text, reads)).matches();
        } catch (StackOverflowError e) {
            throw tooHard();
        }
    }

    private LimitException tooHard() {
        return new LimitException(
                Problem.of("a regular expression takes too long to match")
                        .got(pattern.pattern())
                        .advice("Avoid repetitions within repetitions"));
    }

    /// A text that can be read only so often.
    private final class Metered implements CharSequence {
        private final String text;
        private long reads;

        Metered(String text, long reads) {
            this.text = text;
            this.reads = reads;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--reads < 0) {
                throw tooHard();
            }
            return text.charAt(index);
        }

        @Override
        public String subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

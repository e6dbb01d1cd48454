package dev.tenon.graph;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.TenonException;
import dev.tenon.base.Type;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the tokens of a graph's text form; white space between them does not matter.
final class TextScanner {
    private static final String PLAIN_NAME = "[A-Za-z0-9_./+$?-]+";

    private final String text;
    private int at;

    TextScanner(String text) {
        this.text = text;
    }

    /// A name as it stands in the text: quoted where it is not made of letters, digits and
    /// `_./+$?-`.
    static String name(String name) {
        return name.matches(PLAIN_NAME) ? name : quote(name);
    }

    static String quote(String string) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    boolean atEnd() {
        skipSpace();
        return at == text.length();
    }

    /// Whether the next token starts like this; nothing is read.
    boolean sees(String token) {
        skipSpace();
        return text.startsWith(token, at);
    }

    boolean take(String token) {
        if (sees(token)) {
            at += token.length();
            return true;
        }
        return false;
    }

    void expect(String token) {
        if (!take(token)) {
            throw error("malformed graph", "'" + token + "'");
        }
    }

    /// A name, plain or quoted.
    String name() {
        return sees("\"") ? string() : plain("a name");
    }

    /// A run of letters, digits and `_./+$?-`: a name or a number.
    String plain(String what) {
        skipSpace();
        int start = at;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw error("malformed graph", what);
        }
        return text.substring(start, at);
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "_./+$?-".indexOf(c) >= 0;
    }

    /// A quoted string.
    String string() {
        expect("\"");
        var out = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        switch (c) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(next(), 16);
                    if (digit < 0) {
                        throw error("malformed graph", "four hexadecimal digits");
                    }
                    code = code << 4 | digit;
                }
                return (char) code;
            default:
                return c;
        }
    }

    private char next() {
        if (at == text.length()) {
            throw error("the graph's text ends within a string", null);
        }
        return text.charAt(at++);
    }

    /// A type, such as `f32[N,3]`.
    Type type() {
        skipSpace();
        int start = at;
        int depth = 0;
        boolean quoted = false;
        do {
            char c = next();
            if (c == '`') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                at++;
            } else if (!quoted) {
                depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
            }
        } while (quoted || depth > 0 || at < text.length() && isWithinType(start));
        var found = text.substring(start, at);
        try {
            return Type.parse(found);
        } catch (TenonException e) {
            throw error("malformed type", "such as f32[N,3]", found, e);
        }
    }

    /// Whether only the dtype's name was read so far.
    private boolean isWithinType(int start) {
        char last = text.charAt(at - 1);
        return last != ']' && last != ')' && at - start < 16;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /// An error at the place that was read up to.
    FormatException error(String what, @Nullable String expected) {
        skipSpace();
        int end = Math.min(text.length(), at + 20);
        var found =
                at == text.length()
                        ? "the end"
                        : "'" + text.substring(at, end).lines().findFirst().orElse("") + "'";
        return error(what, expected, found, null);
    }

    FormatException error(
            String what, @Nullable String expected, String got, @Nullable Throwable cause) {
        long line = text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        var problem = Problem.of("line " + line + ": " + what).got(got);
        return new FormatException(expected == null ? problem : problem.expected(expected), cause);
    }
}

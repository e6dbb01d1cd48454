package dev.tenon.data.json;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import dev.tenon.base.ResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Reads JSON exactly as RFC 8259 has it: no comments, no trailing commas, no duplicate names, no
/// lone surrogates, nothing after the value.
public final class JsonReader {
    /// What a text may be at most.
    ///
    /// @param bytes of a file
    /// @param depth of arrays and objects in each other
    public record Limits(long bytes, int depth) {
        public static final Limits DEFAULT = new Limits(256L << 20, 256);
    }

    private final String text;
    private final Limits limits;
    private int at;
    private int depth;

    private JsonReader(String text, Limits limits) {
        this.text = text;
        this.limits = limits;
    }

    /// @throws FormatException with line and column, when the text is not JSON
    /// @throws LimitException when it is nested too deeply
    public static Json read(String text) {
        return read(text, Limits.DEFAULT);
    }

    public static Json read(String text, Limits limits) {
        var reader = new JsonReader(text, limits);
        var value = reader.value();
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.malformed("the end of the text");
        }
        return value;
    }

    /// Reads UTF-8.
    ///
    /// @throws FormatException when the bytes are not UTF-8 or not JSON
    public static Json read(byte[] utf8, Limits limits) {
        try {
            var chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return read(chars.toString(), limits);
        } catch (CharacterCodingException e) {
            throw new FormatException(Problem.of("malformed JSON").expected("UTF-8"), e);
        }
    }

    /// Reads a file.
    ///
    /// @throws ResourceException when the file cannot be read
    /// @throws LimitException when it is too large
    /// @throws FormatException when it is not JSON
    public static Json read(Path file) {
        return read(file, Limits.DEFAULT);
    }

    public static Json read(Path file, Limits limits) {
        try {
            long size = Files.size(file);
            if (size > limits.bytes()) {
                throw new LimitException(
                        Problem.of("a JSON file is too large")
                                .node(file.toString())
                                .expected("at most " + limits.bytes() + " bytes")
                                .got(size));
            }
            return read(Files.readAllBytes(file), limits);
        } catch (IOException e) {
            throw ResourceException.of("cannot read the file", file, e);
        } catch (FormatException e) {
            throw new FormatException(e.problem().node(file.toString()), e);
        }
    }

    private Json value() {
        skipSpace();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.OfString(string());
            case 't' -> word("true", new Json.OfBoolean(true));
            case 'f' -> word("false", new Json.OfBoolean(false));
            case 'n' -> word("null", Json.Null.NULL);
            default -> number();
        };
    }

    private Json object() {
        enter();
        var members = new LinkedHashMap<String, Json>();
        skipSpace();
        if (!take('}')) {
            do {
                skipSpace();
                int start = at;
                var name = string();
                skipSpace();
                expect(':');
                if (members.put(name, value()) != null) {
                    at = start;
                    throw malformed("each name once");
                }
                skipSpace();
            } while (take(','));
            expect('}');
        }
        depth--;
        return new Json.OfObject(members);
    }

    private Json array() {
        enter();
        var values = new ArrayList<Json>();
        skipSpace();
        if (!take(']')) {
            do {
                values.add(value());
                skipSpace();
            } while (take(','));
            expect(']');
        }
        depth--;
        return new Json.OfArray(values);
    }

    private void enter() {
        at++;
        if (++depth > limits.depth()) {
            throw new LimitException(
                    Problem.of("JSON is nested too deeply at " + position())
                            .expected("at most " + limits.depth() + " levels"));
        }
    }

    private Json word(String word, Json value) {
        if (!text.startsWith(word, at)) {
            throw malformed("a value");
        }
        at += word.length();
        return value;
    }

    private Json number() {
        int start = at;
        take('-');
        if (!take('0')) {
            digits("a value");
        }
        if (take('.')) {
            digits("a digit");
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            digits("a digit");
        }
        return new Json.OfNumber(text.substring(start, at));
    }

    private void digits(String expected) {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed(expected);
        }
    }

    private String string() {
        expect('"');
        int start = at;
        int end = plainEnd();
        if (end < text.length() && text.charAt(end) == '"') {
            at = end + 1;
            return text.substring(start, end);
        }
        var result = new StringBuilder();
        while (true) {
            end = plainEnd();
            result.append(text, at, end);
            at = end;
            if (take('"')) {
                return result.toString();
            }
            if (peek() != '\\') {
                throw malformed("an escaped control character");
            }
            at++;
            result.append(escape());
            surrogates(result);
        }
    }

    /// Where the run of characters ends that stand for themselves.
    private int plainEnd() {
        int end = at;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '"' || c == '\\' || c < 0x20) {
                break;
            }
            end++;
        }
        return end;
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw malformed("an escape");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw malformed("four hexadecimal digits");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    /// Reads the low half after a high one that was just appended; refuses a lone half.
    private void surrogates(StringBuilder result) {
        char last = result.charAt(result.length() - 1);
        if (Character.isHighSurrogate(last) && text.startsWith("\\u", at)) {
            at += 2;
            char low = unicode();
            if (Character.isLowSurrogate(low)) {
                result.append(low);
                return;
            }
        }
        if (Character.isSurrogate(last)) {
            throw malformed("both halves of a surrogate pair");
        }
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed("more text");
        }
        return text.charAt(at);
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw malformed("'" + c + "'");
        }
    }

    private FormatException malformed(String expected) {
        var got =
                at < text.length()
                        ? "'" + Character.toString(text.codePointAt(at)) + "'"
                        : "the end";
        return new FormatException(
                Problem.of("malformed JSON at " + position()).expected(expected).got(got));
    }

    private String position() {
        int line = 1;
        int lineStart = 0;
        int end = Math.min(at, text.length());
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return "line " + line + ", column " + (end - lineStart + 1);
    }
}

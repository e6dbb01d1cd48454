package dev.tenon.data.json;

import java.util.Iterator;

/// Writes JSON as text.
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final boolean pretty;

    private JsonWriter(boolean pretty) {
        this.pretty = pretty;
    }

    /// Without any space.
    public static String compact(Json json) {
        var writer = new JsonWriter(false);
        writer.write(json, 0);
        return writer.out.toString();
    }

    /// Two spaces a level; arrays of numbers and strings stay on one line.
    public static String pretty(Json json) {
        var writer = new JsonWriter(true);
        writer.write(json, 0);
        return writer.out.toString();
    }

    private void write(Json json, int level) {
        switch (json) {
            case Json.OfObject(var members) -> {
                out.append('{');
                for (var each = members.entrySet().iterator(); each.hasNext(); ) {
                    var member = each.next();
                    line(level + 1);
                    string(member.getKey());
                    out.append(pretty ? ": " : ":");
                    write(member.getValue(), level + 1);
                    comma(each);
                }
                close('}', level, !members.isEmpty());
            }
            case Json.OfArray(var values) -> {
                boolean flat =
                        values.stream()
                                .noneMatch(
                                        v ->
                                                v instanceof Json.OfObject
                                                        || v instanceof Json.OfArray);
                out.append('[');
                for (var each = values.iterator(); each.hasNext(); ) {
                    var value = each.next();
                    if (!flat) {
                        line(level + 1);
                    }
                    write(value, level + 1);
                    comma(each);
                    if (flat && pretty && each.hasNext()) {
                        out.append(' ');
                    }
                }
                close(']', level, !flat);
            }
            case Json.OfString(var text) -> string(text);
            case Json.OfNumber(var literal) -> out.append(literal);
            case Json.OfBoolean(var value) -> out.append(value);
            case Json.Null _ -> out.append("null");
        }
    }

    private void comma(Iterator<?> rest) {
        if (rest.hasNext()) {
            out.append(',');
        }
    }

    private void close(char bracket, int level, boolean lines) {
        if (lines) {
            line(level);
        }
        out.append(bracket);
    }

    private void line(int level) {
        if (pretty) {
            out.append('\n').repeat("  ", level);
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x2028 || c == 0x2029 || isLoneSurrogate(text, i)) {
                        out.append("\\u");
                        for (int shift = 12; shift >= 0; shift -= 4) {
                            out.append(Character.forDigit(c >> shift & 0xf, 16));
                        }
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}

package dev.tenon.graph.op.text;

import java.util.Locale;
import java.util.Map;
import java.util.regex.PatternSyntaxException;

/// Rewrites a regular expression of RE2 as one of `java.util.regex` that matches the same whole
/// texts.
///
/// Source: RE2's `doc/syntax.txt`.
final class Re2Translator {
    private static final Map<String, String> POSIX =
            Map.ofEntries(
                    Map.entry("alnum", "Alnum"),
                    Map.entry("alpha", "Alpha"),
                    Map.entry("ascii", "ASCII"),
                    Map.entry("blank", "Blank"),
                    Map.entry("cntrl", "Cntrl"),
                    Map.entry("digit", "Digit"),
                    Map.entry("graph", "Graph"),
                    Map.entry("lower", "Lower"),
                    Map.entry("print", "Print"),
                    Map.entry("punct", "Punct"),
                    Map.entry("space", "Space"),
                    Map.entry("upper", "Upper"),
                    Map.entry("word", "IsWord"),
                    Map.entry("xdigit", "XDigit"));
    private static final String SPACE = "\\t\\n\\f\\r ";

    /// Letters that mean the same after a backslash in both syntaxes.
    private static final String SHARED_ESCAPES = "dDwWbBAztnrfa";

    private final String pattern;
    private final StringBuilder out = new StringBuilder();
    private final boolean multiline;
    private int at;

    Re2Translator(String pattern) {
        this.pattern = pattern;
        this.multiline = pattern.matches("(?s).*\\(\\?[a-zA-Z]*m.*");
    }

    /// @throws PatternSyntaxException for what RE2 does not have
    String translate() {
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            switch (c) {
                case '\\' -> escape(false);
                case '[' -> bracket();
                case '(' -> group();
                case '$' -> take(1, multiline ? "$" : "\\z");
                case '*', '+', '?' -> quantifier(1);
                case '{' -> brace();
                default -> take(1, String.valueOf(c));
            }
        }
        return out.toString();
    }

    private void take(int length, String replacement) {
        out.append(replacement);
        at += length;
    }

    private PatternSyntaxException error(String what) {
        return new PatternSyntaxException(what, pattern, at);
    }

    private boolean follows(String text) {
        return pattern.startsWith(text, at);
    }

    /// A quantifier may be followed by `?`, but not by another one.
    private void quantifier(int length) {
        take(length, pattern.substring(at, at + length));
        if (follows("?")) {
            take(1, "?");
        }
        if (follows("*") || follows("+") || follows("?")) {
            throw error("bad repetition operator");
        }
    }

    /// A repetition, or else a brace that stands for itself.
    private void brace() {
        int end = pattern.indexOf('}', at);
        if (end > 0 && pattern.substring(at, end + 1).matches("\\{\\d+(,\\d*)?}")) {
            quantifier(end + 1 - at);
        } else {
            take(1, "\\{");
        }
    }

    /// Names of groups are dropped: what they hold is not asked for.
    private void group() {
        if (!follows("(?")) {
            take(1, "(");
        } else if (follows("(?P<") || follows("(?<") && !follows("(?<=") && !follows("(?<!")) {
            int end = pattern.indexOf('>', at);
            if (end < 0) {
                throw error("the name of a group does not end");
            }
            take(end + 1 - at, "(?:");
        } else {
            flags();
        }
    }

    /// `(?flags)` or `(?flags:`. Which of several matches is preferred (`U`) is not asked for.
    private void flags() {
        int end = at + 2;
        while (end < pattern.length() && "imsU-".indexOf(pattern.charAt(end)) >= 0) {
            end++;
        }
        if (end == pattern.length() || pattern.charAt(end) != ':' && pattern.charAt(end) != ')') {
            throw error("unknown kind of group");
        }
        var flags = pattern.substring(at + 2, end).replace("U", "").replace("i", "iu");
        take(end + 1 - at, "(?" + (flags.equals("-") ? "" : flags) + pattern.charAt(end));
    }

    private void bracket() {
        take(1, "[");
        if (follows("^")) {
            take(1, "^");
        }
        if (follows("]")) {
            take(1, "\\]");
        }
        while (!follows("]")) {
            if (at >= pattern.length()) {
                throw error("a character class does not end");
            }
            if (follows("[:")) {
                posix();
            } else if (follows("\\")) {
                escape(true);
            } else {
                char c = pattern.charAt(at);
                take(1, "[&^".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c));
            }
        }
        take(1, "]");
    }

    private void posix() {
        int end = pattern.indexOf(":]", at);
        if (end < 0) {
            throw error("the name of a character class does not end");
        }
        boolean negated = pattern.charAt(at + 2) == '^';
        var name = POSIX.get(pattern.substring(at + (negated ? 3 : 2), end));
        if (name == null) {
            throw error("unknown character class");
        }
        var letter = negated ? "P" : "p";
        take(
                end + 2 - at,
                name.equals("IsWord")
                        ? (negated ? "\\W" : "\\w")
                        : "\\" + letter + "{" + name + "}");
    }

    private void escape(boolean inBracket) {
        if (at + 1 == pattern.length()) {
            throw error("nothing after the last backslash");
        }
        char c = pattern.charAt(at + 1);
        switch (c) {
            case 's' -> take(2, inBracket ? SPACE : "[" + SPACE + "]");
            case 'S' -> take(2, "[^" + SPACE + "]");
            case 'v' -> take(2, "\\x0B");
            case 'p', 'P' -> property();
            case 'x' -> take(2, "\\x");
            case 'Q' -> quotation();
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
            default -> {
                if (Character.isLetterOrDigit(c) && SHARED_ESCAPES.indexOf(c) < 0) {
                    throw error("unknown escape");
                }
                take(2, "\\" + c);
            }
        }
    }

    /// A general category has one or two letters; a longer name is that of a script.
    private void property() {
        if (at + 2 >= pattern.length()) {
            throw error("a character property has no name");
        }
        boolean braced = pattern.charAt(at + 2) == '{';
        int end = braced ? pattern.indexOf('}', at) + 1 : at + 3;
        if (end <= 0) {
            throw error("the name of a character property does not end");
        }
        var name = braced ? pattern.substring(at + 3, end - 1) : pattern.substring(at + 2, end);
        boolean negated = pattern.charAt(at + 1) == 'P' ^ name.startsWith("^");
        name = name.startsWith("^") ? name.substring(1) : name;
        take(end - at, (negated ? "\\P{" : "\\p{") + (name.length() > 2 ? "Is" : "") + name + "}");
    }

    private void quotation() {
        int end = pattern.indexOf("\\E", at + 2);
        var quoted = pattern.substring(at + 2, end < 0 ? pattern.length() : end);
        quoted.codePoints().forEach(c -> out.append(hex(c)));
        at = end < 0 ? pattern.length() : end + 2;
    }

    /// Up to three octal digits. A single digit other than 0 would refer to a group.
    private void octal() {
        int end = at + 1;
        while (end < Math.min(at + 4, pattern.length())
                && pattern.charAt(end) >= '0'
                && pattern.charAt(end) <= '7') {
            end++;
        }
        if (end == at + 2 && pattern.charAt(at + 1) != '0') {
            throw error("RE2 has no references to groups");
        }
        take(end - at, hex(Integer.parseInt(pattern, at + 1, end, 8)));
    }

    private static String hex(int codePoint) {
        return String.format(Locale.ROOT, "\\x{%x}", codePoint);
    }
}

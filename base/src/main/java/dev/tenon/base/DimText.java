package dev.tenon.base;

import java.util.ArrayList;
import java.util.List;

/// The text of a [Dim], such as `2*s+1` or `floordiv(h-3, 2)`.
///
/// A symbol is an identifier (`[A-Za-z_?][A-Za-z0-9_.?]*`) or any other name in backquotes.
final class DimText {

    private final String text;
    private int at;

    private DimText(String text) {
        this.text = text;
    }

    static String print(Dim.Expression expression) {
        var out = new StringBuilder();
        for (var term : expression.terms()) {
            long coefficient = term.coefficient();
            if (!out.isEmpty() && coefficient >= 0) {
                out.append('+');
            }
            var factors = new ArrayList<String>();
            if (term.factors().isEmpty() || coefficient != 1 && coefficient != -1) {
                factors.add(Long.toString(coefficient));
            } else if (coefficient == -1) {
                out.append('-');
            }
            for (var factor : term.factors()) {
                factors.add(factor.toString());
            }
            out.append(String.join("*", factors));
        }
        return out.toString();
    }

    static String quote(String name) {
        return isIdentifier(name)
                ? name
                : "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
    }

    private static boolean isIdentifier(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '?';
            if (!letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.'))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static Dim parse(String text) {
        var parser = new DimText(text);
        var dim = parser.sum();
        if (parser.at != text.length()) {
            throw parser.malformed();
        }
        return dim;
    }

    /// The parts of a list of dims, cut at the commas outside of parentheses and backquotes.
    static List<String> split(String list) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '`') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && c == ')') {
                depth--;
            } else if (!quoted && c == ',' && depth == 0) {
                parts.add(list.substring(start, i));
                start = i + 1;
            }
        }
        if (!list.isBlank()) {
            parts.add(list.substring(start));
        }
        return parts;
    }

    private Dim sum() {
        Dim total = Dim.ZERO;
        boolean negative = take('-');
        while (true) {
            var product = product();
            total = total.plus(negative ? product.times(-1) : product);
            if (take('+')) {
                negative = false;
            } else if (take('-')) {
                negative = true;
            } else {
                return total;
            }
        }
    }

    private Dim product() {
        var product = factor();
        while (take('*')) {
            product = product.times(factor());
        }
        return product;
    }

    private Dim factor() {
        skipSpaces();
        int start = at;
        if (at < text.length() && text.charAt(at) == '`') {
            return new Dim.Symbol(quoted());
        }
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        var word = text.substring(start, at);
        if (word.isEmpty()) {
            throw malformed();
        }
        if (Character.isDigit(word.charAt(0))) {
            try {
                return Dim.of(Long.parseLong(word));
            } catch (NumberFormatException e) {
                throw malformed();
            }
        }
        for (var function : Dim.Function.values()) {
            if (function.text().equals(word) && take('(')) {
                var left = sum();
                expect(',');
                var right = sum();
                expect(')');
                return DimMath.apply(function, left, right);
            }
        }
        return new Dim.Symbol(word);
    }

    private String quoted() {
        var name = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '`') {
                at++;
                return name.toString();
            }
            if (c == '\\' && at + 1 < text.length()) {
                c = text.charAt(++at);
            }
            name.append(c);
        }
        throw malformed();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '?';
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private boolean take(char c) {
        skipSpaces();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw malformed();
        }
    }

    private FormatException malformed() {
        return new FormatException(Problem.of("malformed dim").got("'" + text + "' at " + at));
    }
}

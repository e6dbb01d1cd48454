package dev.tenon.data.npy;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import java.util.ArrayList;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// The header of a .npy file: a Python dictionary with exactly `descr`, `fortran_order` and `shape`
/// (NumPy "A Simple File Format for NumPy Arrays").
record NpyHeader(NpyDescr descr, boolean fortranOrder, long[] shape) {

    /// @throws FormatException when the text is not such a dictionary
    static NpyHeader parse(String text) {
        return new Parser(text).header();
    }

    /// The dictionary as NumPy writes it.
    static String print(String descr, long[] shape) {
        var dims = new StringBuilder();
        for (int i = 0; i < shape.length; i++) {
            dims.append(i == 0 ? "" : ", ").append(shape[i]);
        }
        if (shape.length == 1) {
            dims.append(',');
        }
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        NpyHeader header() {
            NpyDescr descr = null;
            Boolean fortran = null;
            long[] shape = null;
            var seen = new HashSet<String>();
            expect('{');
            while (!take('}')) {
                var key = string();
                if (!seen.add(key)) {
                    throw malformed("each key once");
                }
                expect(':');
                switch (key) {
                    case "descr" -> descr = descr();
                    case "fortran_order" -> fortran = bool();
                    case "shape" -> shape = shape();
                    default -> throw malformed("the keys descr, fortran_order and shape");
                }
                if (!take(',')) {
                    expect('}');
                    break;
                }
            }
            skipSpace();
            if (at < text.length()) {
                throw malformed("the end of the header");
            }
            return new NpyHeader(present(descr), present(fortran), present(shape));
        }

        private <T> T present(@Nullable T value) {
            if (value == null) {
                throw malformed("the keys descr, fortran_order and shape");
            }
            return value;
        }

        private NpyDescr descr() {
            skipSpace();
            if (text.startsWith("[", at)) {
                throw new UnsupportedException(
                        Problem.of("arrays of records are not read")
                                .advice("Save each field as an array of its own"));
            }
            return NpyDescr.parse(string());
        }

        private boolean bool() {
            skipSpace();
            for (var word : new String[] {"True", "False"}) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw malformed("True or False");
        }

        private long[] shape() {
            var dims = new ArrayList<Long>();
            expect('(');
            while (!take(')')) {
                dims.add(integer());
                if (!take(',')) {
                    expect(')');
                    break;
                }
            }
            return dims.stream().mapToLong(Long::longValue).toArray();
        }

        private long integer() {
            skipSpace();
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            try {
                long value = Long.parseLong(text.substring(start, at));
                take('L');
                return value;
            } catch (NumberFormatException e) {
                throw malformed("an extent");
            }
        }

        private String string() {
            skipSpace();
            char quote = at < text.length() ? text.charAt(at) : ' ';
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw malformed("a string");
            }
            var value = text.substring(at + 1, end);
            at = end + 1;
            return value;
        }

        private void skipSpace() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private boolean take(char c) {
            skipSpace();
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
            var rest = text.substring(Math.min(at, text.length())).strip();
            return new FormatException(
                    Problem.of("malformed array header at character " + (at + 1))
                            .expected(expected)
                            .got(
                                    rest.isEmpty()
                                            ? "the end"
                                            : rest.substring(0, Math.min(rest.length(), 30))));
        }
    }
}

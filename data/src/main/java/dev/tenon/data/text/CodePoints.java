package dev.tenon.data.text;

/// Classes of characters as BERT has them.
final class CodePoints {
    private static final int PUNCTUATION =
            1 << Character.CONNECTOR_PUNCTUATION
                    | 1 << Character.DASH_PUNCTUATION
                    | 1 << Character.START_PUNCTUATION
                    | 1 << Character.END_PUNCTUATION
                    | 1 << Character.INITIAL_QUOTE_PUNCTUATION
                    | 1 << Character.FINAL_QUOTE_PUNCTUATION
                    | 1 << Character.OTHER_PUNCTUATION;
    private static final int INVISIBLE =
            1 << Character.CONTROL
                    | 1 << Character.FORMAT
                    | 1 << Character.PRIVATE_USE
                    | 1 << Character.SURROGATE;
    private static final int NUMBER =
            1 << Character.DECIMAL_DIGIT_NUMBER
                    | 1 << Character.LETTER_NUMBER
                    | 1 << Character.OTHER_NUMBER;
    private static final int MARK =
            1 << Character.NON_SPACING_MARK
                    | 1 << Character.COMBINING_SPACING_MARK
                    | 1 << Character.ENCLOSING_MARK;

    private CodePoints() {}

    /// Unicode's `White_Space`.
    static boolean isSpace(int c) {
        return c >= 9 && c <= 13 || c == 0x85 || Character.isSpaceChar(c);
    }

    static boolean isControl(int c) {
        return c != '\t' && c != '\n' && c != '\r' && is(c, INVISIBLE);
    }

    /// Unicode punctuation, and every ASCII character that is neither letter, digit nor space.
    static boolean isPunctuation(int c) {
        return c >= 33 && c <= 47
                || c >= 58 && c <= 64
                || c >= 91 && c <= 96
                || c >= 123 && c <= 126
                || is(c, PUNCTUATION);
    }

    static boolean isNumber(int c) {
        return is(c, NUMBER);
    }

    static boolean isNonSpacingMark(int c) {
        return Character.getType(c) == Character.NON_SPACING_MARK;
    }

    static boolean isMark(int c) {
        return is(c, MARK);
    }

    /// The blocks of ideographs that BERT splits one by one.
    static boolean isIdeograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF
                || c >= 0x3400 && c <= 0x4DBF
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2B81F
                || c >= 0x2B920 && c <= 0x2CEAF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }

    private static boolean is(int c, int types) {
        return (types >> Character.getType(c) & 1) != 0;
    }
}

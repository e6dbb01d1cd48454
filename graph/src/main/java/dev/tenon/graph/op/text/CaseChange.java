package dev.tenon.graph.op.text;

import java.util.Locale;

/// What becomes of the case of letters.
public enum CaseChange {
    NONE,
    LOWER,
    UPPER;

    String apply(String text, Locale locale) {
        return switch (this) {
            case NONE -> text;
            case LOWER -> text.toLowerCase(locale);
            case UPPER -> text.toUpperCase(locale);
        };
    }
}

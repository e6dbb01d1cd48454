package dev.tenon.data.text;

import java.util.List;

/// Where the special tokens of a finished input stand.
///
/// @param single for one text
/// @param pair for two
record Template(List<Part> single, List<Part> pair) {
    /// A text or special tokens.
    sealed interface Part {}

    record Text(boolean second, int typeId) implements Part {}

    record Special(List<Integer> ids, List<String> tokens, int typeId) implements Part {
        public Special {
            ids = List.copyOf(ids);
            tokens = List.copyOf(tokens);
        }
    }

    Template {
        single = List.copyOf(single);
        pair = List.copyOf(pair);
    }

    /// Nothing around the texts.
    static Template plain() {
        return new Template(
                List.of(new Text(false, 0)), List.of(new Text(false, 0), new Text(true, 1)));
    }

    List<Part> parts(boolean isPair) {
        return isPair ? pair : single;
    }

    int specials(boolean isPair) {
        return parts(isPair).stream()
                .mapToInt(p -> p instanceof Special special ? special.ids().size() : 0)
                .sum();
    }
}

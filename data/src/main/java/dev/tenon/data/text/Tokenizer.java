package dev.tenon.data.text;

import dev.tenon.base.InputException;
import dev.tenon.base.Problem;
import dev.tenon.data.json.Json;
import dev.tenon.data.json.JsonReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns text into the token ids that a language model takes, as a `tokenizer.json` file describes
/// it. Immutable and safe for use by several threads.
///
/// Words are found by WordPiece or byte pair encoding; other kinds are refused when they are
/// loaded.
public final class Tokenizer {
    private final TextNormalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final SubwordModel model;
    private final AddedTokens original;
    private final AddedTokens normalized;
    private final Template template;
    private final @Nullable Truncation truncation;
    private final @Nullable Padding padding;

    Tokenizer(
            TextNormalizer normalizer,
            PreTokenizer preTokenizer,
            SubwordModel model,
            AddedTokens original,
            AddedTokens normalized,
            Template template,
            @Nullable Truncation truncation,
            @Nullable Padding padding) {
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.model = model;
        this.original = original;
        this.normalized = normalized;
        this.template = template;
        this.truncation = truncation;
        this.padding = padding;
    }

    /// Loads a `tokenizer.json`.
    ///
    /// @throws dev.tenon.base.ResourceException when the file cannot be read
    /// @throws dev.tenon.base.FormatException when it is malformed
    /// @throws dev.tenon.base.UnsupportedException when it needs what is not supported, by name
    public static Tokenizer load(Path file) {
        return of(JsonReader.read(file));
    }

    /// The tokenizer that a `tokenizer.json` describes.
    public static Tokenizer of(Json description) {
        return new TokenizerReader(description.asObject()).read();
    }

    /// The same tokenizer with another truncation; null, none.
    public Tokenizer withTruncation(@Nullable Truncation other) {
        return new Tokenizer(
                normalizer, preTokenizer, model, original, normalized, template, other, padding);
    }

    /// The same tokenizer with another padding; null, none.
    public Tokenizer withPadding(@Nullable Padding other) {
        return new Tokenizer(
                normalizer, preTokenizer, model, original, normalized, template, truncation, other);
    }

    public @Nullable Truncation truncation() {
        return truncation;
    }

    public @Nullable Padding padding() {
        return padding;
    }

    /// How many tokens the vocabulary has, added ones left out.
    public int vocabularySize() {
        return model.vocabulary().size();
    }

    /// One text.
    public Encoding encode(String text) {
        var encoding = finish(tokenize(text), null);
        return padded(encoding, encoding.length());
    }

    /// Two texts as one input.
    public Encoding encode(String first, String second) {
        var encoding = finish(tokenize(first), tokenize(second));
        return padded(encoding, encoding.length());
    }

    /// Several texts, padded to one length; without a padding they must be equally long.
    public EncodedBatch encodeBatch(List<String> texts) {
        var encodings = texts.stream().map(t -> finish(tokenize(t), null)).toList();
        int longest = encodings.stream().mapToInt(Encoding::length).max().orElse(0);
        return EncodedBatch.of(encodings.stream().map(e -> padded(e, longest)).toList());
    }

    private List<SubwordModel.Piece> tokenize(String text) {
        var pieces = new ArrayList<SubwordModel.Piece>();
        for (var section : original.split(AlignedText.of(text, 0, text.length()))) {
            if (section.token() != null) {
                pieces.add(piece(section, section.token()));
                continue;
            }
            for (var part : normalized.split(normalizer.apply(section.text()))) {
                if (part.token() != null) {
                    pieces.add(piece(part, part.token()));
                } else {
                    preTokenizer.split(part.text()).forEach(word -> model.tokenize(word, pieces));
                }
            }
        }
        return pieces;
    }

    private static SubwordModel.Piece piece(AddedTokens.Section section, AddedTokens.Token token) {
        var text = section.text();
        return new SubwordModel.Piece(
                token.id(), token.content(), text.start(0), text.end(text.length() - 1));
    }

    private Encoding finish(
            List<SubwordModel.Piece> first, @Nullable List<SubwordModel.Piece> second) {
        boolean pair = second != null;
        int keepFirst = first.size();
        int keepSecond = second == null ? 0 : second.size();
        boolean left = false;
        if (truncation != null) {
            var kept = kept(truncation, keepFirst, keepSecond, template.specials(pair));
            keepFirst = kept[0];
            keepSecond = kept[1];
            left = truncation.left();
        }
        var tokens = new ArrayList<Encoding.Token>();
        for (var part : template.parts(pair)) {
            switch (part) {
                case Template.Special(var ids, var texts, int typeId) -> {
                    for (int i = 0; i < ids.size(); i++) {
                        tokens.add(
                                new Encoding.Token(ids.get(i), texts.get(i), typeId, true, 0, 0));
                    }
                }
                case Template.Text(boolean isSecond, int typeId) -> {
                    var pieces = isSecond && second != null ? second : first;
                    int keep = isSecond ? keepSecond : keepFirst;
                    int from = left ? pieces.size() - keep : 0;
                    for (var piece : pieces.subList(from, from + keep)) {
                        tokens.add(
                                new Encoding.Token(
                                        piece.id(),
                                        piece.token(),
                                        typeId,
                                        true,
                                        piece.start(),
                                        piece.end()));
                    }
                }
            }
        }
        return new Encoding(tokens);
    }

    /// How many tokens of each text are kept.
    private static int[] kept(Truncation truncation, int first, int second, int specials) {
        int room = truncation.maxLength() - specials;
        if (room < 0) {
            throw new InputException(
                    Problem.of("the special tokens alone are longer than an input may be")
                            .expected("at least " + specials)
                            .got(truncation.maxLength()));
        }
        int excess = first + second - room;
        if (excess <= 0) {
            return new int[] {first, second};
        }
        return switch (truncation.strategy()) {
            case ONLY_FIRST -> new int[] {shortened(first, excess), second};
            case ONLY_SECOND -> new int[] {first, shortened(second, excess)};
            case LONGEST_FIRST -> {
                int half = room / 2;
                int shorter = Math.min(Math.min(first, second), half);
                int longer = room - shorter;
                yield first <= second ? new int[] {shorter, longer} : new int[] {longer, shorter};
            }
        };
    }

    private static int shortened(int length, int excess) {
        if (length < excess) {
            throw new InputException(
                    Problem.of("the text that may be cut is shorter than what is too much")
                            .expected("at least " + excess + " tokens")
                            .got(length)
                            .advice("Cut the longest first"));
        }
        return length - excess;
    }

    private Encoding padded(Encoding encoding, int longest) {
        int missing = padding == null ? 0 : padding.target(longest) - encoding.length();
        if (padding == null || missing <= 0) {
            return encoding;
        }
        var tokens = new ArrayList<>(encoding.tokens());
        var filler =
                new Encoding.Token(padding.id(), padding.token(), padding.typeId(), false, 0, 0);
        for (int i = 0; i < missing; i++) {
            tokens.add(padding.left() ? 0 : tokens.size(), filler);
        }
        return new Encoding(tokens);
    }
}

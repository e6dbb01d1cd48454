package dev.tenon.data.text;

import dev.tenon.base.FormatException;
import dev.tenon.base.Problem;
import dev.tenon.base.UnsupportedException;
import dev.tenon.data.json.Json;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Reads the parts of a tokenizer from the members of a `tokenizer.json`.
final class TokenizerReader {
    private final Json.OfObject description;

    TokenizerReader(Json.OfObject description) {
        this.description = description;
    }

    Tokenizer read() {
        var normalizer =
                optional(
                        "normalizer",
                        TokenizerReader::normalizer,
                        new TextNormalizer.Sequence(List.of()));
        var model = model(description.object("model"));
        var added =
                description.find("added_tokens") == null
                        ? List.<AddedTokens.Token>of()
                        : addedTokens();
        return new Tokenizer(
                normalizer,
                optional(
                        "pre_tokenizer",
                        TokenizerReader::preTokenizer,
                        new PreTokenizer.Sequence(List.of())),
                model,
                new AddedTokens(added.stream().filter(t -> !t.normalized()).toList()),
                new AddedTokens(
                        added.stream()
                                .filter(AddedTokens.Token::normalized)
                                .map(t -> normalized(t, normalizer))
                                .toList()),
                optional("post_processor", TokenizerReader::template, Template.plain()),
                description.find("truncation") == null
                        ? null
                        : truncation(description.object("truncation")),
                description.find("padding") == null
                        ? null
                        : padding(description.object("padding")));
    }

    private <T> T optional(String name, Function<Json.OfObject, T> reader, T otherwise) {
        return description.find(name) == null ? otherwise : reader.apply(description.object(name));
    }

    private List<AddedTokens.Token> addedTokens() {
        return description.array("added_tokens").stream()
                .map(Json::asObject)
                .map(
                        t ->
                                new AddedTokens.Token(
                                        t.int32("id"),
                                        t.text("content"),
                                        t.flag("single_word", false),
                                        t.flag("lstrip", false),
                                        t.flag("rstrip", false),
                                        t.flag("normalized", false)))
                .toList();
    }

    private static AddedTokens.Token normalized(
            AddedTokens.Token token, TextNormalizer normalizer) {
        var content = token.content();
        return new AddedTokens.Token(
                token.id(),
                normalizer.apply(AlignedText.of(content, 0, content.length())).toString(),
                token.singleWord(),
                token.leftStrip(),
                token.rightStrip(),
                true);
    }

    private static TextNormalizer normalizer(Json.OfObject json) {
        var type = json.text("type");
        return switch (type) {
            case "Sequence" ->
                    new TextNormalizer.Sequence(
                            parts(json, "normalizers", TokenizerReader::normalizer));
            case "BertNormalizer" -> {
                boolean lowercase = json.flag("lowercase", true);
                yield new TextNormalizer.Bert(
                        json.flag("clean_text", true),
                        json.flag("handle_chinese_chars", true),
                        json.flag("strip_accents", lowercase),
                        lowercase);
            }
            case "NFC", "NFD", "NFKC", "NFKD" ->
                    new TextNormalizer.Unicode(Normalizer.Form.valueOf(type));
            case "Lowercase" -> new TextNormalizer.Lowercase();
            case "StripAccents" -> new TextNormalizer.StripAccents();
            default -> throw unsupported("normalizer", type);
        };
    }

    private static PreTokenizer preTokenizer(Json.OfObject json) {
        var type = json.text("type");
        return switch (type) {
            case "Sequence" ->
                    new PreTokenizer.Sequence(
                            parts(json, "pretokenizers", TokenizerReader::preTokenizer));
            case "BertPreTokenizer" -> new PreTokenizer.Bert();
            case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
            case "Whitespace" ->
                    new PreTokenizer.Split(
                            Pattern.compile("\\w+|[^\\w\\s]+", Pattern.UNICODE_CHARACTER_CLASS),
                            true,
                            false);
            case "ByteLevel" ->
                    new PreTokenizer.ByteLevel(
                            json.flag("add_prefix_space", true), json.flag("use_regex", true));
            case "Split" -> split(json);
            default -> throw unsupported("pre-tokenizer", type);
        };
    }

    private static PreTokenizer split(Json.OfObject json) {
        var pattern = json.object("pattern");
        var text =
                pattern.find("Regex") != null
                        ? pattern.text("Regex")
                        : Pattern.quote(pattern.text("String"));
        boolean invert = json.flag("invert", false);
        var behavior = json.text("behavior");
        boolean isolated = behavior.equals("Isolated");
        if (!isolated && !behavior.equals("Removed")) {
            throw unsupported("split behaviour", behavior);
        }
        try {
            var compiled = Pattern.compile(text, Pattern.UNICODE_CHARACTER_CLASS);
            return new PreTokenizer.Split(compiled, isolated || invert, isolated || !invert);
        } catch (PatternSyntaxException e) {
            throw new UnsupportedException(
                    Problem.of(
                                    "the tokenizer splits by a regular expression that is not"
                                            + " understood")
                            .got(text),
                    e);
        }
    }

    private static SubwordModel model(Json.OfObject json) {
        // Old files leave the kind out of WordPiece and BPE; only the latter has merges.
        var type = json.text("type", json.find("merges") == null ? "WordPiece" : "BPE");
        return switch (type) {
            case "WordPiece" ->
                    new WordPiece(
                            vocabulary(json),
                            json.text("unk_token", "[UNK]"),
                            json.text("continuing_subword_prefix", "##"),
                            json.int32("max_input_chars_per_word", 100));
            case "BPE" -> bytePair(json);
            default -> throw unsupported("model", type);
        };
    }

    private static BytePair bytePair(Json.OfObject json) {
        for (var option : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!json.text(option, "").isEmpty()) {
                throw unsupported("option of byte pair encoding", option);
            }
        }
        if (json.flag("byte_fallback", false)) {
            throw unsupported("option of byte pair encoding", "byte_fallback");
        }
        var ranks = new HashMap<String, Integer>();
        for (var merge : json.array("merges")) {
            ranks.putIfAbsent(pair(merge), ranks.size());
        }
        var unknown = json.find("unk_token") == null ? null : json.text("unk_token");
        return new BytePair(vocabulary(json), ranks, unknown, json.flag("ignore_merges", false));
    }

    /// Two halves with a blank between them, or an array of both.
    private static String pair(Json merge) {
        var halves =
                switch (merge) {
                    case Json.OfString(var text) -> List.of(text.split(" ", -1));
                    case Json.OfArray(var values) -> values.stream().map(Json::asText).toList();
                    default -> List.<String>of();
                };
        if (halves.size() != 2) {
            throw new FormatException(
                    Problem.of("malformed merge of a tokenizer")
                            .expected("two tokens")
                            .got(merge.excerpt()));
        }
        return BytePair.pair(halves.getFirst(), halves.getLast());
    }

    private static Map<String, Integer> vocabulary(Json.OfObject json) {
        var vocabulary = new HashMap<String, Integer>();
        var members = json.object("vocab");
        for (var token : members.members().keySet()) {
            vocabulary.put(token, members.int32(token));
        }
        return vocabulary;
    }

    private static Template template(Json.OfObject json) {
        var type = json.text("type");
        return switch (type) {
            case "TemplateProcessing" -> {
                var specials = json.object("special_tokens");
                yield new Template(parts(json, "single", specials), parts(json, "pair", specials));
            }
            case "BertProcessing", "RobertaProcessing" ->
                    aroundTexts(
                            special(json.array("cls")),
                            special(json.array("sep")),
                            type.startsWith("R"));
            case "ByteLevel" -> Template.plain();
            default -> throw unsupported("post-processor", type);
        };
    }

    /// BERT sets one separator between two texts and tells them apart by type, RoBERTa sets two.
    private static Template aroundTexts(
            Template.Special start, Template.Special end, boolean roberta) {
        var first = new Template.Text(false, 0);
        if (roberta) {
            return new Template(
                    List.of(start, first, end),
                    List.of(start, first, end, end, new Template.Text(true, 0), end));
        }
        var endOfSecond = new Template.Special(end.ids(), end.tokens(), 1);
        return new Template(
                List.of(start, first, end),
                List.of(start, first, end, new Template.Text(true, 1), endOfSecond));
    }

    private static Template.Special special(List<Json> tokenAndId) {
        if (tokenAndId.size() != 2) {
            throw new FormatException(
                    Problem.of("malformed special token of a post-processor")
                            .expected("a token and its id")
                            .got(Json.array(tokenAndId).excerpt()));
        }
        int id = Math.toIntExact(tokenAndId.getLast().asLong());
        return new Template.Special(List.of(id), List.of(tokenAndId.getFirst().asText()), 0);
    }

    private static List<Template.Part> parts(
            Json.OfObject json, String name, Json.OfObject specials) {
        var parts = new ArrayList<Template.Part>();
        for (var part : json.array(name)) {
            var object = part.asObject();
            if (object.find("Sequence") != null) {
                var text = object.object("Sequence");
                parts.add(new Template.Text(text.text("id").equals("B"), text.int32("type_id", 0)));
            } else {
                var token = object.object("SpecialToken");
                var special = specials.object(token.text("id"));
                parts.add(
                        new Template.Special(
                                special.array("ids").stream()
                                        .map(id -> Math.toIntExact(id.asLong()))
                                        .toList(),
                                special.array("tokens").stream().map(Json::asText).toList(),
                                token.int32("type_id", 0)));
            }
        }
        return parts;
    }

    private static Truncation truncation(Json.OfObject json) {
        var strategy = json.text("strategy", "LongestFirst");
        return new Truncation(
                json.int32("max_length"),
                switch (strategy) {
                    case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
                    case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
                    case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
                    default -> throw unsupported("truncation", strategy);
                },
                json.text("direction", "Right").equals("Left"));
    }

    private static Padding padding(Json.OfObject json) {
        boolean fixed = json.get("strategy") instanceof Json.OfObject;
        return new Padding(
                fixed ? json.object("strategy").int32("Fixed") : 0,
                json.int32("pad_to_multiple_of", 1),
                json.text("direction", "Right").equals("Left"),
                json.int32("pad_id", 0),
                json.int32("pad_type_id", 0),
                json.text("pad_token", "[PAD]"));
    }

    private static <T> List<T> parts(
            Json.OfObject json, String name, Function<Json.OfObject, T> reader) {
        return json.array(name).stream().map(Json::asObject).map(reader).toList();
    }

    private static UnsupportedException unsupported(String what, String got) {
        return new UnsupportedException(
                Problem.of("the tokenizer needs a " + what + " that is not supported").got(got));
    }
}

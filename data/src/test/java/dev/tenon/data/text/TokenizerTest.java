package dev.tenon.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.FormatException;
import dev.tenon.base.InputException;
import dev.tenon.base.UnsupportedException;
import dev.tenon.data.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {
    private static final String BERT =
            """
            {"truncation": null,
             "padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null,
                         "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
             "added_tokens": [
               {"id": 1, "content": "[UNK]", "special": true},
               {"id": 2, "content": "[CLS]", "special": true},
               {"id": 3, "content": "[SEP]", "special": true},
               {"id": 4, "content": "[MASK]", "lstrip": true, "special": true}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                            "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                          {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
               "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                        {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
               "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                                  "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                       "max_input_chars_per_word": 20,
                       "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "un": 5, "##aff": 6,
                                 "##able": 7, "hello": 8, "!": 9, "日": 10, "本": 11, "a": 12, "##a": 13}}}
            """;

    private static final Tokenizer TOKENIZER = Tokenizer.of(JsonReader.read(BERT));

    private static String tokens(String text) {
        return String.join(" ", TOKENIZER.encode(text).texts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | [CLS] [SEP]",
                "`  \t\n ` | [CLS] [SEP]",
                "unaffable | [CLS] un ##aff ##able [SEP]",
                "unaffably | [CLS] [UNK] [SEP]",
                "Hello! HELLO!! | [CLS] hello ! hello ! ! [SEP]",
                "héllo | [CLS] hello [SEP]",
                "he\u0301llo | [CLS] hello [SEP]",
                "hel\u200blo\ufffd | [CLS] hello [SEP]",
                "hello\u00a0hello | [CLS] hello hello [SEP]",
                "日本hello | [CLS] 日 本 hello [SEP]",
                "😀hello | [CLS] [UNK] [SEP]",
                "hello [MASK]! | [CLS] hello [MASK] ! [SEP]",
                "hello [mask] | [CLS] hello [UNK] [UNK] [UNK] [SEP]",
                "aaaaaaaaaaaaaaaaaaaa | [CLS] a ##a ##a ##a ##a ##a ##a ##a ##a ##a ##a ##a ##a ##a"
                        + " ##a ##a ##a ##a ##a ##a [SEP]",
                "aaaaaaaaaaaaaaaaaaaaa | [CLS] [UNK] [SEP]"
            })
    void words(String text, String expected) {
        assertEquals(expected, tokens(text));
    }

    @Test
    void offsetsPointIntoTheOriginalText() {
        var text = "😀 Héllo\u200b, un\u00adaffable [MASK]";
        var spans =
                TOKENIZER.encode(text).tokens().stream()
                        .map(t -> text.substring(t.start(), t.end()))
                        .toList();
        assertEquals(List.of("", "😀", "Héllo", ",", "un", "aff", "able", " [MASK]", ""), spans);
    }

    @Test
    void pairsHaveTypes() {
        var pair = TOKENIZER.encode("hello", "un!");
        assertEquals(List.of(2, 8, 3, 5, 9, 3), pair.ids());
        assertEquals(
                List.of(0, 0, 0, 1, 1, 1),
                pair.tokens().stream().map(Encoding.Token::typeId).toList());
    }

    @Test
    void batchesArePaddedToTheLongest() {
        var batch = TOKENIZER.encodeBatch(List.of("hello", "hello!!", ""));
        assertArrayEquals(new long[] {3, 5}, batch.ids().dims());
        assertArrayEquals(
                new long[] {2, 8, 3, 0, 0, 2, 8, 9, 9, 3, 2, 3, 0, 0, 0}, batch.ids().toLongs());
        assertArrayEquals(
                new long[] {1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, batch.mask().toLongs());
        assertArrayEquals(new long[] {3, 5, 2}, batch.offsets().dims());
        assertArrayEquals(new long[] {0, 0}, TOKENIZER.encodeBatch(List.of()).ids().dims());
        var unpadded = TOKENIZER.withPadding(null);
        assertThrows(InputException.class, () -> unpadded.encodeBatch(List.of("hello", "hello!")));
    }

    @Test
    void paddingMayBeFixedAndOnTheLeft() {
        var padding = new Padding(0, 4, true, 0, 0, "[PAD]");
        assertEquals(List.of(0, 2, 8, 3), TOKENIZER.withPadding(padding).encode("hello").ids());
        assertEquals(7, TOKENIZER.withPadding(padding.toLength(7)).encode("hello").length());
    }

    @Test
    void truncation() {
        var four = TOKENIZER.withTruncation(Truncation.to(4));
        assertEquals(List.of(2, 8, 9, 3), four.encode("hello! hello").ids());
        var left =
                TOKENIZER.withTruncation(
                        new Truncation(4, Truncation.Strategy.LONGEST_FIRST, true));
        assertEquals(List.of(2, 9, 8, 3), left.encode("hello! hello").ids());
        var pair = TOKENIZER.withTruncation(Truncation.to(8));
        assertEquals(List.of(2, 9, 9, 9, 3, 8, 9, 3), pair.encode("!!!!!!", "hello!").ids());
        assertEquals(
                List.of(2, 9, 9, 3, 8, 8, 8, 3),
                pair.encode("!!!!", "hello hello hello hello hello").ids());
        var second =
                TOKENIZER.withTruncation(new Truncation(6, Truncation.Strategy.ONLY_SECOND, false));
        assertEquals(List.of(2, 9, 9, 9, 3, 3), second.encode("!!!", "hello").ids());
        assertThrows(InputException.class, () -> second.encode("!!!!", "hello"));
        assertThrows(
                InputException.class,
                () -> TOKENIZER.withTruncation(Truncation.to(1)).encode("hello"));
    }

    @Test
    void bytePairs() {
        var tokenizer =
                Tokenizer.of(
                        JsonReader.read(
                                """
                                {"added_tokens": [{"id": 9, "content": "<|end|>", "special": true}],
                                 "normalizer": null,
                                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
                                 "post_processor": {"type": "ByteLevel"},
                                 "model": {"type": "BPE", "unk_token": null, "ignore_merges": false,
                                   "vocab": {"l": 0, "o": 1, "w": 2, "Ġ": 3, "lo": 4, "low": 5, "Ġlow": 6, "Ã": 7, "©": 8, "Ã©": 10},
                                   "merges": ["l o", ["lo", "w"], "Ġ low", "Ã ©"]}}
                                """));
        assertEquals(
                List.of("low", "Ġlow", "Ã©", "<|end|>", "lo"),
                tokenizer.encode("low lowé<|end|>lo").texts());
        assertEquals(
                List.of(4, 8, 0),
                List.of(
                        tokenizer.encode("low low").tokens().getLast().end() - 3,
                        tokenizer.encode("low lowé").tokens().getLast().end(),
                        tokenizer.encode("").length()));
    }

    @Test
    void whatIsNotSupportedIsNamed() {
        var unigram = BERT.replace("\"WordPiece\"", "\"Unigram\"");
        var error =
                assertThrows(
                        UnsupportedException.class, () -> Tokenizer.of(JsonReader.read(unigram)));
        assertTrue(error.getMessage().contains("Unigram"), error.getMessage());
        var metaspace = BERT.replace("BertPreTokenizer", "Metaspace");
        assertThrows(UnsupportedException.class, () -> Tokenizer.of(JsonReader.read(metaspace)));
    }

    @Test
    void malformedFiles() {
        for (var text :
                List.of(
                        "[]",
                        "{}",
                        "{\"model\": {\"vocab\": []}}",
                        BERT.replace("\"[UNK]\": 1", "\"x\": 1"))) {
            assertThrows(FormatException.class, () -> Tokenizer.of(JsonReader.read(text)), text);
        }
    }
}

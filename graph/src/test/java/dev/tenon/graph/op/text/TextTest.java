package dev.tenon.graph.op.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.base.DType;
import dev.tenon.base.Floats;
import dev.tenon.base.GraphException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Longs;
import dev.tenon.base.Tensor;
import dev.tenon.graph.SingleOp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
    private static Tensor words(String... words) {
        var tensor = Tensor.zeros(DType.STRING, words.length);
        System.arraycopy(words, 0, tensor.strings(), 0, words.length);
        return tensor;
    }

    @Test
    void concatBroadcasts() {
        var result = SingleOp.tensor(new StringConcat(), words("a", "b"), words("!"));
        assertArrayEquals(new String[] {"a!", "b!"}, result.strings());
    }

    @Test
    void stopWordsMatchInAnyCaseUnlessAsked() {
        var data = words("Monday", "tuesday");
        var insensitive = new StringNormalizer(CaseChange.UPPER, false, List.of("MONDAY"), "en_US");
        assertArrayEquals(new String[] {"TUESDAY"}, SingleOp.tensor(insensitive, data).strings());
        var sensitive = new StringNormalizer(CaseChange.NONE, true, List.of("MONDAY"), null);
        assertArrayEquals(data.strings(), SingleOp.tensor(sensitive, data).strings());
        var all = new StringNormalizer(CaseChange.LOWER, false, List.of("monday", "tuesday"), null);
        var none = SingleOp.tensor(all, data.reshape(1, 2));
        assertArrayEquals(new String[] {""}, none.strings());
        assertArrayEquals(new long[] {1, 1}, none.dims());
    }

    @Test
    void splitsAtDelimiterOrSpace() {
        var results = SingleOp.run(new StringSplit(",", 1L), 2, words("a,b,c", "d"));
        assertArrayEquals(new String[] {"a", "b,c", "d", ""}, ((Tensor) results.get(0)).strings());
        assertArrayEquals(new long[] {2, 1}, ((Tensor) results.get(1)).toLongs());
        var spaces = SingleOp.run(new StringSplit("", null), 2, words("  a \t b ", ""));
        assertArrayEquals(new String[] {"a", "b", "", ""}, ((Tensor) spaces.get(0)).strings());
        assertArrayEquals(new long[] {2, 0}, ((Tensor) spaces.get(1)).toLongs());
    }

    @ParameterizedTest
    @CsvSource({
        "'(?P<year>[0-9]{4})-\\d\\d', 2024-05, true",
        "'[[:alpha:]_&&[]+', 'a&[_', true",
        "'[^[:digit:]]+', 'ab1', false",
        "'(?i)straße', STRAßE, true",
        "'a{,2}', 'a{,2}', true",
        "'\\Qa+b\\E\\.', 'a+b.', true",
        "'\\p{Greek}+', αβγ, true",
        "'ab$', ab, true",
        "ab, xab, false"
    })
    void matchesTheWholeText(String pattern, String text, boolean expected) {
        assertEquals(
                expected ? 1 : 0,
                SingleOp.tensor(new RegexFullMatch(pattern), words(text)).getLong(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?=a)a", "(a)\\1", "a*+", "(?<!a)b", "[a", "(a", "\\y"})
    void whatRe2DoesNotHaveIsRefused(String pattern) {
        assertThrows(
                GraphException.class,
                () -> SingleOp.tensor(new RegexFullMatch(pattern), words("a")));
    }

    @Test
    void backtrackingIsBounded() {
        var text = words("x".repeat(60));
        assertThrows(
                LimitException.class,
                () -> SingleOp.tensor(new RegexFullMatch("(.*x){12}y"), text));
    }

    @Test
    void countsNgramsWithSkips() {
        var op =
                new TfIdfVectorizer(
                        2,
                        1,
                        1,
                        Weighting.TFIDF,
                        Longs.of(0, 2),
                        Longs.of(0, 1, 2),
                        null,
                        List.of("a", "b", "a", "b"),
                        Floats.of(1, 2, 10));
        var result = SingleOp.tensor(op, words("a", "x", "b", "a", "b"));
        assertArrayEquals(new double[] {2, 4, 20}, result.toDoubles());
    }
}

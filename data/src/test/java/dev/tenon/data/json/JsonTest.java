package dev.tenon.data.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "-0",
                "1.5e-7",
                "123456789012345678901234567890",
                "\"\"",
                "\"a\\\"\\\\\\n\\u0001é😀\"",
                "[]",
                "{}",
                "[[],[1,\"x\",{}]]",
                "{\"b\":1,\"a\":{\"c\":[null]}}"
            })
    void whatIsReadIsWrittenAgain(String text) {
        var json = JsonReader.read(text);
        assertEquals(text, JsonWriter.compact(json));
        assertEquals(json, JsonReader.read(JsonWriter.pretty(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "tru",
                "nul",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\ud800\"",
                "\"\\ud800\\u0041\"",
                "\"\\udc00\"",
                "\"\n\"",
                "[1] 2",
                "{\"a\":1,\"a\":2}",
                "NaN",
                "// c\n1",
                "\u00a01",
                "\ufeff1"
            })
    void whatIsNotJsonIsRefused(String text) {
        var error = assertThrows(FormatException.class, () -> JsonReader.read(text));
        assertTrue(error.getMessage().contains("line "), error.getMessage());
    }

    @Test
    void errorsTellWhere() {
        var error =
                assertThrows(
                        FormatException.class, () -> JsonReader.read("{\n  \"a\": [1, 2 3]\n}"));
        assertEquals(
                "malformed JSON at line 2, column 14; expected ']', got '3'", error.getMessage());
    }

    @Test
    void depthHasALimit() {
        var limits = new JsonReader.Limits(100, 3);
        assertEquals("[[[]]]", JsonReader.read("[[[]]]", limits).toString());
        assertThrows(LimitException.class, () -> JsonReader.read("[[[[]]]]", limits));
        assertThrows(LimitException.class, () -> JsonReader.read("[".repeat(1_000_000)));
    }

    @Test
    void bytesMustBeUtf8() {
        var good = "\"é\"".getBytes(StandardCharsets.UTF_8);
        var bad = "\"é\"".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(Json.of("é"), JsonReader.read(good, JsonReader.Limits.DEFAULT));
        assertThrows(FormatException.class, () -> JsonReader.read(bad, JsonReader.Limits.DEFAULT));
    }

    @Test
    void membersAreTyped() {
        var object =
                JsonReader.read("{\"n\":3,\"big\":3000000000,\"x\":1.5,\"s\":\"t\",\"z\":null}")
                        .asObject();
        assertEquals(3, object.int32("n"));
        assertEquals(7, object.int32("z", 7));
        assertEquals(3_000_000_000L, object.integer("big"));
        assertThrows(FormatException.class, () -> object.int32("big"));
        assertThrows(FormatException.class, () -> object.integer("x"));
        assertThrows(FormatException.class, () -> object.text("n"));
        assertThrows(FormatException.class, () -> object.get("z"));
    }

    @Test
    void numbersAreShort() {
        assertEquals(
                "[3,-2.5,1.0E300,\"NaN\",\"-Infinity\"]",
                Json.array(
                                List.of(
                                        Json.of(3.0),
                                        Json.of(-2.5),
                                        Json.of(1e300),
                                        Json.of(Double.NaN),
                                        Json.of(Double.NEGATIVE_INFINITY)))
                        .toString());
    }
}

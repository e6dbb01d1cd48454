package dev.tenon.formats.onnx.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.TenonException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever the bytes, the outcome is a message or a typed error.
class HostileBytesTest {
    private static <M extends Message> M read(Class<M> type, byte[] bytes, Limits limits) {
        return OnnxWire.read(type, MemorySegment.ofArray(bytes), limits);
    }

    private static TensorProto tensor(String hex) {
        return read(
                TensorProto.class, HexFormat.of().parseHex(hex.replace(" ", "")), Limits.DEFAULT);
    }

    private static byte[] model() {
        var out = new ByteArrayOutputStream();
        OnnxWire.write(Samples.model(), out);
        return out.toByteArray();
    }

    @Test
    void truncationIsAFormatExceptionOrFallsBetweenFields() throws Exception {
        var bytes = model();
        int whole = 0;
        for (int length = 0; length < bytes.length; length++) {
            var cut = Arrays.copyOf(bytes, length);
            try {
                read(ModelProto.class, cut, Limits.DEFAULT);
            } catch (FormatException e) {
                continue;
            }
            DifferentialTest.agree(ModelProto.class, cut);
            whole++;
        }
        assertTrue(whole <= 16, "cuts between the fields of the model: " + whole);
    }

    @Test
    void flippedBitsAreTypedErrorsAtMost() {
        var bytes = model();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            survive(bytes);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void noiseIsATypedErrorAtMost() {
        long seed = Long.getLong("seed", 7);
        var random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            var bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            survive(bytes);
        }
    }

    private static void survive(byte[] bytes) {
        try {
            read(ModelProto.class, bytes, Limits.DEFAULT);
        } catch (TenonException e) {
            assertTrue(e.getMessage().contains("ModelProto"), e.getMessage());
        } catch (RuntimeException e) {
            fail(HexFormat.of().formatHex(bytes), e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0b 0c", // a group, of a known field
                "a306 a406", // a group, of an unknown field
                "0c", // the end of a group
                "0e", // no such wire type
                "a606", // no such wire type, of an unknown field
                "00", // field 0
                "ffffffffffffffffff01 00", // a field number of 61 bits
                "80", // a tag without an end
                "8080808080808080808000", // a tag of eleven bytes
                "10 ffffffffffffffffffff01", // a value of eleven bytes
                "10", // no value
                "12 00", // data_type as a string
                "a106 00000000000000", // an unknown fixed64, cut off
                "a506 000000", // an unknown fixed32, cut off
                "a206 01", // an unknown string, cut off
                "4a ffffffffffffffff7f", // raw data of 2^63 - 1 bytes
                "4a ffffffffffffffffff01", // raw data of -1 bytes
                "4a 8080808080808080808000", // a length of eleven bytes
                "4a 8080808008", // raw data of 2 GiB
                "3a ffffffffffffffff7f", // packed numbers of 2^63 - 1 bytes
                "3a 01 80", // a packed number, cut off
                "3a 0b 8080808080808080808000", // a packed number of eleven bytes
                "22 03 000000", // packed floats of three bytes
                "52 04 00000000", // packed doubles of four bytes
                "25 0000", // a float, cut off
                "1a 02 08", // an embedded message, cut off
                "1a 01 08", // a number, cut off by the end of its message
                "1a 02 10 80 01", // a number that runs past the end of its message
                "42 01 80", // a name that is a lone continuation byte
                "42 02 c080", // an overlong NUL
                "42 03 eda080", // a surrogate
                "42 04 f4908080", // beyond U+10FFFF
                "42 01 c3", // half a character
            })
    void malformed(String hex) {
        var e = assertThrows(FormatException.class, () -> tensor(hex));
        assertTrue(e.getMessage().contains("at byte"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10 01, 1", // plain
        "10 8100, 1", // not the shortest
        "10 81808080808080808000, 1", // ten bytes
        "10 81808080808080808002, 1", // bits beyond the 64th
        "10 818080801f, -268435455", // bits beyond the 32nd
        "10 ffffffffffffffffff01, -1",
        "10 01 10 02 10 03, 3", // the last counts
        "1a 00 10 01, 1",
    })
    void tolerated(String hex, int dataType) {
        assertEquals(dataType, tensor(hex).dataType());
    }

    @Test
    void errorsNameTheFieldAndTheByte() {
        var e =
                assertThrows(
                        FormatException.class,
                        () ->
                                read(
                                        ModelProto.class,
                                        HexFormat.of().parseHex("3a040a022a7f"),
                                        Limits.DEFAULT));
        assertEquals(
                "'ModelProto.graph.node.attribute': a length runs past the end of its message;"
                        + " got 127 with 0 bytes left at byte 5",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 65, 1000, 200_000})
    void nesting(int depth) {
        var bytes = nested(depth);
        if (depth <= 64) {
            var type = read(TypeProto.class, bytes, Limits.DEFAULT);
            assertEquals(bytes.length, OnnxWire.size(type));
        } else {
            assertThrows(LimitException.class, () -> read(TypeProto.class, bytes, Limits.DEFAULT));
        }
    }

    @Test
    void theDeepestNestingAllowedDoesNotOverflow() {
        var bytes = nested(1000);
        var type = read(TypeProto.class, bytes, Limits.DEFAULT.withMaxDepth(1000));
        assertEquals(bytes.length, OnnxWire.size(type));
        assertThrows(
                LimitException.class,
                () -> read(TypeProto.class, bytes, Limits.DEFAULT.withMaxDepth(999)));
        assertThrows(IllegalArgumentException.class, () -> Limits.DEFAULT.withMaxDepth(1001));
    }

    /// A type of `depth` messages within messages: sequence, element type, sequence and so on.
    private static byte[] nested(int depth) {
        var reversed = new ByteArrayOutputStream();
        var length = new byte[10];
        for (int level = depth; level > 0; level--) {
            int bytes = Varints.put(length, 0, reversed.size());
            for (int i = bytes - 1; i >= 0; i--) {
                reversed.write(length[i]);
            }
            reversed.write(level % 2 == 1 ? 0x22 : 0x0A); // sequence_type, elem_type
        }
        var bytes = reversed.toByteArray();
        for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
            byte swap = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swap;
        }
        return bytes;
    }

    @Test
    void budgets() {
        var nodes = repeat("0a00", 100); // empty nodes
        assertEquals(100, read(GraphProto.class, nodes, limits(100, 0, 0, 0)).node().size());
        over(GraphProto.class, nodes, limits(99, 9, 9, 9));
        var names = repeat("0a03616263", 100); // inputs of three letters
        assertEquals(100, read(NodeProto.class, names, limits(0, 100, 300, 0)).input().size());
        over(NodeProto.class, names, limits(9, 99, 300, 0));
        over(NodeProto.class, names, limits(9, 100, 299, 0));
        var floats = repeat("2500000000", 100); // unpacked
        assertEquals(100, read(TensorProto.class, floats, limits(0, 0, 0, 400)).floatData().size());
        over(TensorProto.class, floats, limits(9, 9, 9, 399));
        var packed = repeat("220400000000", 1);
        assertEquals(1, read(TensorProto.class, packed, limits(0, 0, 0, 0)).floatData().size());
    }

    @Test
    void manyPartsOfOneMessageTakeLinearTime() {
        var parts = repeat("3a020a00", 200_000); // a graph in parts of a node each
        var graph = read(ModelProto.class, parts, Limits.DEFAULT).graph();
        assertEquals(200_000, graph == null ? 0 : graph.node().size());
    }

    private static Limits limits(long messages, long strings, long stringBytes, long copied) {
        return new Limits(64, messages, strings, stringBytes, copied);
    }

    private static void over(Class<? extends Message> type, byte[] bytes, Limits limits) {
        assertThrows(LimitException.class, () -> read(type, bytes, limits));
    }

    private static byte[] repeat(String hex, int times) {
        return HexFormat.of().parseHex(hex.repeat(times));
    }
}

package dev.tenon.formats.onnx.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tenon.base.DType;
import dev.tenon.base.FormatException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private static byte[] write(Message message) {
        var out = new ByteArrayOutputStream();
        OnnxWire.write(message, out);
        return out.toByteArray();
    }

    @Test
    void aModelIsReadAsItWasWritten() throws Exception {
        var bytes = write(Samples.model());
        assertEquals(
                Samples.model(), OnnxWire.readModel(MemorySegment.ofArray(bytes), Limits.DEFAULT));
        DifferentialTest.agree(ModelProto.class, bytes);
    }

    @Test
    void absentIsToldFromDefaultWhereItMatters() {
        var zero = AttributeProto.ofInt("i", 0);
        var read =
                OnnxWire.read(
                        AttributeProto.class, MemorySegment.ofArray(write(zero)), Limits.DEFAULT);
        assertEquals(0L, read.i());
        assertNull(read.f());
        assertNull(read.s());
        assertEquals("", read.docString());
        assertTrue(read.ints().isEmpty());
        var dim = TensorShapeProto.Dimension.of(0);
        assertArrayEquals(HexFormat.of().parseHex("0800"), write(dim));
        assertEquals(0, write(TensorShapeProto.Dimension.UNKNOWN).length);
    }

    @Test
    void typesTellTheirKind() {
        var tensor = new TypeProto.Tensor(1, null);
        var sequence = new TypeProto.Sequence(TypeProto.of(tensor));
        for (var value :
                List.of(
                        tensor,
                        sequence,
                        new TypeProto.Map(7, TypeProto.of(sequence)),
                        new TypeProto.Optional(TypeProto.of(sequence)),
                        new TypeProto.SparseTensor(11, null),
                        new TypeProto.Opaque("d", "n"))) {
            assertEquals(value, TypeProto.of(value).value());
        }
        assertNull(new TypeProto(null, null, null, null, null, null, "x").value());
    }

    @Test
    void listsDecodeWhatTheyWereMadeOf() {
        long[] longs = {0, 1, 127, 128, -1, Long.MIN_VALUE, Long.MAX_VALUE};
        assertArrayEquals(longs, Int64List.of(longs).toArray());
        int[] ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 300};
        assertArrayEquals(ints, Int32List.of(ints).toArray());
        var collected = new ArrayList<Integer>();
        Int32List.of(ints).forEach(collected::add);
        assertEquals(List.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 300), collected);
        float[] floats = {0f, -0f, Float.NaN, 1.5f};
        assertArrayEquals(floats, FloatList.of(floats).toArray());
        assertEquals(1.5f, FloatList.of(floats).get(3));
        double[] doubles = {1e300, -2};
        assertArrayEquals(doubles, DoubleList.of(doubles).toArray());
        assertEquals(2, DoubleList.of(doubles).size());
        assertNotEquals(Int64List.of(1, 2), Int64List.of(2, 1));
        assertEquals("[1, 2]", Int64List.of(1, 2).toString());
    }

    @Test
    void equalNumbersInLongerEncodingsAreEqual() {
        var padded = HexFormat.of().parseHex("0a03818000");
        var tensor = OnnxWire.readTensor(MemorySegment.ofArray(padded));
        assertEquals(Int64List.of(1), tensor.dims());
        assertEquals("0801", HexFormat.of().formatHex(write(tensor)));
    }

    @Test
    void payloadsAreReadOnlyViews() {
        var bytes = write(Samples.weight());
        var raw = OnnxWire.readTensor(MemorySegment.ofArray(bytes)).rawData();
        var segment = assertInstanceOf(Bytes.class, raw).segment();
        assertTrue(segment.isReadOnly());
        assertEquals(16, segment.byteSize());
        byte before = segment.toArray(ValueLayout.JAVA_BYTE)[15];
        bytes[bytes.length - 1]++;
        assertEquals(before + 1, segment.toArray(ValueLayout.JAVA_BYTE)[15]);
    }

    @Test
    void textIsStrictUtf8() {
        assertEquals("größer", Bytes.utf8("größer").text());
        assertThrows(FormatException.class, () -> Bytes.of((byte) 0xC3).text());
        assertThrows(FormatException.class, () -> Bytes.utf8("\uD800"));
        var lone = new StringStringEntryProto("\uDC00", "");
        assertThrows(FormatException.class, () -> write(lone));
    }

    @Test
    void codesOfTypes() {
        for (var dtype : DType.values()) {
            assertEquals(dtype, DataType.of(dtype).dtype());
        }
        assertEquals(DataType.BFLOAT16, DataType.of(16));
        assertEquals(DataType.INT2, DataType.of(26));
        assertNull(DataType.of(-1));
        assertNull(DataType.of(99));
        assertEquals(AttributeType.TYPE_PROTO, AttributeType.of(13));
        for (var type : AttributeType.values()) {
            assertEquals(type, AttributeType.of(type.code()));
        }
        assertNull(AttributeType.of(0));
        assertNull(AttributeType.of(15));
    }
}

package dev.tenon.formats.onnx.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.tenon.base.TenonException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reading and writing agree with Google's implementation.
class DifferentialTest {
    private static final long SEED = Long.getLong("seed", 20_26);

    static List<Class<? extends Message>> types() {
        return List.of(
                ModelProto.class,
                GraphProto.class,
                NodeProto.class,
                AttributeProto.class,
                TensorProto.class,
                TensorProto.Segment.class,
                SparseTensorProto.class,
                ValueInfoProto.class,
                TypeProto.class,
                TypeProto.Tensor.class,
                TypeProto.Sequence.class,
                TypeProto.Map.class,
                TypeProto.Optional.class,
                TypeProto.SparseTensor.class,
                TypeProto.Opaque.class,
                TensorShapeProto.class,
                TensorShapeProto.Dimension.class,
                OperatorSetIdProto.class,
                FunctionProto.class,
                StringStringEntryProto.class,
                TensorAnnotation.class,
                SequenceProto.class,
                OptionalProto.class,
                MapProto.class);
    }

    @Test
    void everyMessageOfTheSchemaIsTested() {
        assertEquals(Oracle.CANONICAL.messages().size(), types().size());
    }

    @ParameterizedTest
    @MethodSource("types")
    void recordsHaveTheFieldsOfTheSchema(Class<? extends Message> type) {
        var expected =
                Oracle.CANONICAL.descriptor(type).getFields().stream()
                        .sorted()
                        .map(f -> f.getNumber() + " " + f.getName() + kind(f))
                        .toList();
        var actual =
                Schema.of(type).fields().stream()
                        .map(f -> f.number() + " " + f.name() + kind(f))
                        .toList();
        assertEquals(expected, actual);
    }

    private static String kind(FieldDescriptor field) {
        return (field.isRepeated() ? " repeated" : "")
                + (field.isPacked() ? " packed" : "")
                + (field.getContainingOneof() != null ? " oneof" : "");
    }

    private static String kind(Schema.FieldType field) {
        boolean list =
                switch (field.kind()) {
                    case FLOATS, DOUBLES, INT32S, INT64S -> true;
                    default -> field.repeated();
                };
        return (list ? " repeated" : "")
                + (field.packed() ? " packed" : "")
                + (field.oneof() ? " oneof" : "");
    }

    @ParameterizedTest
    @MethodSource("types")
    void randomMessagesAgree(Class<? extends Message> type) throws Exception {
        var random = new Random(SEED);
        for (int i = 0; i < 150; i++) {
            for (var oracle : List.of(Oracle.CANONICAL, Oracle.INVERTED)) {
                var message = oracle.random(oracle.descriptor(type), random, 4);
                agree(type, message.toByteArray());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void repeatedFieldsAreMergedAlike(Class<? extends Message> type) throws Exception {
        var random = new Random(SEED);
        for (int i = 0; i < 100; i++) {
            var bytes = new ByteArrayOutputStream();
            for (int part = 0; part < 4; part++) {
                var oracle = random.nextBoolean() ? Oracle.CANONICAL : Oracle.INVERTED;
                oracle.random(oracle.descriptor(type), random, 3).writeTo(bytes);
            }
            agree(type, bytes.toByteArray());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatIsAcceptedAfterDamageAgrees(Class<? extends Message> type) throws Exception {
        var random = new Random(SEED);
        var oracle = Oracle.CANONICAL;
        for (int i = 0; i < 300; i++) {
            var bytes = oracle.random(oracle.descriptor(type), random, 2).toByteArray();
            if (bytes.length == 0) {
                continue;
            }
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                read(type, bytes);
            } catch (TenonException e) {
                continue;
            }
            agree(type, bytes);
        }
    }

    /// Reads `bytes` and writes the message again: the bytes are those that the oracle writes.
    static <M extends Message> void agree(Class<M> type, byte[] bytes) throws Exception {
        var message = read(type, bytes);
        var out = new ByteArrayOutputStream();
        OnnxWire.write(message, out);
        DynamicMessage expected = Oracle.normal(Oracle.CANONICAL.parse(type, bytes));
        assertArrayEquals(
                expected.toByteArray(),
                out.toByteArray(),
                () -> "seed " + SEED + ": " + HexFormat.of().formatHex(bytes));
        assertEquals(out.size(), OnnxWire.size(message));
        var again = read(type, out.toByteArray());
        assertEquals(message, again);
        assertEquals(message.hashCode(), again.hashCode());
        assertTrue(message.toString().startsWith(type.getSimpleName()));
    }

    private static <M extends Message> M read(Class<M> type, byte[] bytes) {
        return OnnxWire.read(type, MemorySegment.ofArray(bytes), Limits.DEFAULT);
    }
}

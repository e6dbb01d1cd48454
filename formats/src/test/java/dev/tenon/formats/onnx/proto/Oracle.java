package dev.tenon.formats.onnx.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/// Google's implementation of the wire format, over descriptors made from `fields.txt`.
final class Oracle {
    /// Writes lists of numbers as the schema says.
    static final Oracle CANONICAL = new Oracle(false);

    /// Writes packed lists unpacked and the other way round.
    static final Oracle INVERTED = new Oracle(true);

    private static final Set<String> PRESENCE =
            Set.of(
                    "AttributeProto.f",
                    "AttributeProto.i",
                    "AttributeProto.s",
                    "TensorProto.raw_data");

    private final FileDescriptor file;

    private Oracle(boolean invertPacking) {
        try {
            file = FileDescriptor.buildFrom(parse(invertPacking), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Descriptor> messages() {
        return file.getMessageTypes();
    }

    /// Its decoder of arrays takes bit 63 of a ten-byte number as set; the one of short buffers
    /// does not.
    DynamicMessage parse(Class<?> type, byte[] bytes) throws IOException {
        var stream = CodedInputStream.newInstance(new ByteArrayInputStream(bytes), 9);
        return DynamicMessage.parseFrom(descriptor(type), stream);
    }

    Descriptor descriptor(Class<?> type) {
        var name =
                type.getEnclosingClass() == null
                        ? type.getSimpleName()
                        : type.getEnclosingClass().getSimpleName() + "_" + type.getSimpleName();
        return file.findMessageTypeByName(name);
    }

    /// `message` without unknown fields, and without scalars of default value whose presence means
    /// nothing.
    static DynamicMessage normal(DynamicMessage message) {
        var builder = DynamicMessage.newBuilder(message.getDescriptorForType());
        message.getAllFields()
                .forEach(
                        (field, value) -> {
                            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                                if (field.isRepeated()) {
                                    ((List<?>) value)
                                            .forEach(
                                                    m ->
                                                            builder.addRepeatedField(
                                                                    field,
                                                                    normal((DynamicMessage) m)));
                                } else {
                                    builder.setField(field, normal((DynamicMessage) value));
                                }
                            } else if (field.isRepeated()
                                    || field.getContainingOneof() != null
                                    || PRESENCE.contains(field.getFullName())
                                    || !value.equals(field.getDefaultValue())) {
                                builder.setField(field, value);
                            }
                        });
        return builder.build();
    }

    /// A message of random fields, at most `depth` deep, with unknown fields strewn in.
    DynamicMessage random(Descriptor type, Random random, int depth) {
        var builder = DynamicMessage.newBuilder(type);
        for (var field : type.getFields()) {
            boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (random.nextInt(3) != 0 || message && depth == 0) {
                continue;
            }
            if (field.isRepeated()) {
                for (int n = random.nextInt(message ? 3 : 6); n > 0; n--) {
                    builder.addRepeatedField(field, value(field, random, depth));
                }
            } else {
                builder.setField(field, value(field, random, depth));
            }
        }
        if (random.nextInt(4) == 0) {
            builder.setUnknownFields(unknown(random));
        }
        return builder.build();
    }

    private Object value(FieldDescriptor field, Random random, int depth) {
        boolean zero = random.nextInt(6) == 0;
        return switch (field.getJavaType()) {
            case INT -> zero ? 0 : random.nextInt() >> random.nextInt(32);
            case LONG -> zero ? 0L : random.nextLong() >> random.nextInt(64);
            case FLOAT -> zero ? 0f : Float.intBitsToFloat(random.nextInt());
            case DOUBLE -> zero ? 0.0 : Double.longBitsToDouble(random.nextLong());
            case STRING -> zero ? "" : text(random);
            case BYTE_STRING -> {
                var bytes = new byte[zero ? 0 : random.nextInt(40)];
                random.nextBytes(bytes);
                yield ByteString.copyFrom(bytes);
            }
            case MESSAGE -> random(field.getMessageType(), random, depth - 1);
            default -> throw new IllegalStateException(field.toString());
        };
    }

    private static String text(Random random) {
        int[] samples = {'a', '/', 0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFD, 0x10000, 0x10FFFF};
        var text = new StringBuilder();
        for (int n = random.nextInt(12); n > 0; n--) {
            text.appendCodePoint(samples[random.nextInt(samples.length)]);
        }
        return text.toString();
    }

    private static UnknownFieldSet unknown(Random random) {
        var field =
                UnknownFieldSet.Field.newBuilder()
                        .addVarint(random.nextLong())
                        .addFixed32(random.nextInt())
                        .addFixed64(random.nextLong())
                        .addLengthDelimited(ByteString.copyFromUtf8(text(random)))
                        .build();
        return UnknownFieldSet.newBuilder().addField(100 + random.nextInt(1 << 20), field).build();
    }

    private static FileDescriptorProto parse(boolean invertPacking) {
        var file = FileDescriptorProto.newBuilder().setName("onnx.proto").setSyntax("proto2");
        try (var in = Oracle.class.getResourceAsStream("fields.txt")) {
            for (var line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                var words = line.strip().split(" ");
                if (line.startsWith("message")) {
                    file.addMessageType(DescriptorProto.newBuilder().setName(words[1]));
                } else if (line.startsWith("  ")) {
                    var types = file.getMessageTypeBuilderList();
                    field(types.get(types.size() - 1), words, invertPacking);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.build();
    }

    private static void field(DescriptorProto.Builder type, String[] words, boolean invertPacking) {
        var field = FieldDescriptorProto.newBuilder();
        field.setNumber(Integer.parseInt(words[0])).setName(words[3]);
        field.setLabel(
                words[1].equals("repeated")
                        ? FieldDescriptorProto.Label.LABEL_REPEATED
                        : FieldDescriptorProto.Label.LABEL_OPTIONAL);
        if (words[1].equals("oneof")) {
            if (type.getOneofDeclCount() == 0) {
                type.addOneofDecl(OneofDescriptorProto.newBuilder().setName("value_"));
            }
            field.setOneofIndex(0);
        }
        boolean scalar = Character.isLowerCase(words[2].charAt(0));
        if (scalar) {
            field.setType(
                    FieldDescriptorProto.Type.valueOf("TYPE_" + words[2].toUpperCase(Locale.ROOT)));
        } else {
            field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName("." + words[2]);
        }
        boolean packable = scalar && !Set.of("string", "bytes").contains(words[2]);
        if (packable && words[1].equals("repeated")) {
            boolean packed = words.length > 4 != invertPacking;
            field.setOptions(FieldOptions.newBuilder().setPacked(packed));
        }
        type.addField(field);
    }
}

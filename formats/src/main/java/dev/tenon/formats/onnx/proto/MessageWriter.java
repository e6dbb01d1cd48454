package dev.tenon.formats.onnx.proto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;

/// Writes a message, its fields in the order of their numbers.
///
/// Embedded messages come after their sizes, so there are two walks in the same order: the first
/// notes the sizes, the second takes them up again.
final class MessageWriter {
    private long[] sizes = new long[256];
    private int noted;
    private int taken;

    private MessageWriter() {}

    /// The size of the encoding of `message`.
    static long size(Message message) {
        return new MessageWriter().measure(message);
    }

    static void write(Message message, WritableByteChannel channel) throws IOException {
        var writer = new MessageWriter();
        writer.measure(message);
        var out = new WireWriter(channel);
        writer.emit(message, out);
        out.flush();
    }

    private long measure(Message message) {
        long size = 0;
        for (var field : Schema.of(message.getClass()).fields()) {
            var value = Schema.get(field, message);
            if (value instanceof List<?> list) {
                for (var element : list) {
                    size += measure(field, element);
                }
            } else if (value != null && (field.oneof() || !value.equals(field.absent()))) {
                size += measure(field, value);
            }
        }
        return size;
    }

    private void emit(Message message, WireWriter out) throws IOException {
        for (var field : Schema.of(message.getClass()).fields()) {
            var value = Schema.get(field, message);
            if (value instanceof List<?> list) {
                for (var element : list) {
                    emit(field, element, out);
                }
            } else if (value != null && (field.oneof() || !value.equals(field.absent()))) {
                emit(field, value, out);
            }
        }
    }

    private long measure(Schema.FieldType field, Object value) {
        long tag = WireWriter.tagSize(field.number());
        return switch (value) {
            case Integer number -> tag + Varints.size(number);
            case Long number -> tag + Varints.size(number);
            case Float _ -> tag + 4;
            case String text -> tag + delimited(Utf8.encode(text).length);
            case Bytes bytes -> tag + delimited(bytes.size());
            case Message message -> {
                int place = reserve();
                long size = measure(message); // may replace the array of sizes
                sizes[place] = size;
                yield tag + delimited(size);
            }
            case FloatList list -> fixed(field, tag, list.size(), 4);
            case DoubleList list -> fixed(field, tag, list.size(), 8);
            case Int32List list -> varints(field, tag, list.size(), varintBytes(list));
            case Int64List list -> varints(field, tag, list.size(), varintBytes(list));
            default -> throw new AssertionError(value);
        };
    }

    private void emit(Schema.FieldType field, Object value, WireWriter out) throws IOException {
        int number = field.number();
        switch (value) {
            case Integer i -> varint(number, i, out);
            case Long i -> varint(number, i, out);
            case Float f -> {
                out.tag(number, WireType.FIXED32);
                out.fixed32(Float.floatToRawIntBits(f));
            }
            case String text -> bytes(number, MemorySegment.ofArray(Utf8.encode(text)), out);
            case Bytes bytes -> bytes(number, bytes.segment(), out);
            case Message message -> {
                out.tag(number, WireType.LENGTH);
                out.varint(sizes[taken++]);
                emit(message, out);
            }
            case FloatList list -> fixed(field, list.bytes(), 4, WireType.FIXED32, out);
            case DoubleList list -> fixed(field, list.bytes(), 8, WireType.FIXED64, out);
            case Int32List list -> {
                begin(field, varintBytes(list), out);
                list.forEach(i -> element(field, i, out));
            }
            case Int64List list -> {
                begin(field, varintBytes(list), out);
                list.forEach(i -> element(field, i, out));
            }
            default -> throw new AssertionError(value);
        }
    }

    private int reserve() {
        if (noted == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * noted);
        }
        return noted++;
    }

    private static long delimited(long size) {
        return Varints.size(size) + size;
    }

    private static long fixed(Schema.FieldType field, long tag, long count, int width) {
        return field.packed() ? tag + delimited(width * count) : count * (tag + width);
    }

    private static long varints(Schema.FieldType field, long tag, long count, long bytes) {
        return field.packed() ? tag + delimited(bytes) : count * tag + bytes;
    }

    private static long varintBytes(Int32List list) {
        var sum = new long[1];
        list.forEach(i -> sum[0] += Varints.size(i));
        return sum[0];
    }

    private static long varintBytes(Int64List list) {
        var sum = new long[1];
        list.forEach(i -> sum[0] += Varints.size(i));
        return sum[0];
    }

    private static void varint(int number, long value, WireWriter out) throws IOException {
        out.tag(number, WireType.VARINT);
        out.varint(value);
    }

    private static void bytes(int number, MemorySegment bytes, WireWriter out) throws IOException {
        out.tag(number, WireType.LENGTH);
        out.varint(bytes.byteSize());
        out.bytes(bytes);
    }

    private static void fixed(
            Schema.FieldType field, Bytes bytes, int width, int wireType, WireWriter out)
            throws IOException {
        if (field.packed()) {
            bytes(field.number(), bytes.segment(), out);
            return;
        }
        for (long at = 0; at < bytes.size(); at += width) {
            out.tag(field.number(), wireType);
            out.bytes(bytes.segment().asSlice(at, width));
        }
    }

    private static void begin(Schema.FieldType field, long bytes, WireWriter out)
            throws IOException {
        if (field.packed()) {
            out.tag(field.number(), WireType.LENGTH);
            out.varint(bytes);
        }
    }

    private static void element(Schema.FieldType field, long value, WireWriter out) {
        try {
            if (field.packed()) {
                out.varint(value);
            } else {
                varint(field.number(), value, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

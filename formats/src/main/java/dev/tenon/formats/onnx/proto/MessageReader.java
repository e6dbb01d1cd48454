package dev.tenon.formats.onnx.proto;

import dev.tenon.base.FormatException;
import dev.tenon.base.LimitException;
import dev.tenon.base.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads messages, within [Limits], in time linear in the bytes.
///
/// As protobuf prescribes, the last of several values of a field counts, several embedded messages
/// of one field are merged, numbers are read packed or not, and unknown fields are passed over.
/// Unlike protobuf, a known field of the wrong wire type and a group are errors.
final class MessageReader {
    private final MemorySegment file;
    private final Limits limits;
    private final WireReader in;
    private long messages;
    private long strings;
    private long stringBytes;
    private long copiedBytes;

    private MessageReader(MemorySegment file, String name, Limits limits) {
        this.file = file;
        this.limits = limits;
        this.in = new WireReader(file, name, limits.maxDepth());
    }

    /// The message that the whole of `segment` encodes.
    static <M extends Message> M read(Class<M> type, MemorySegment segment, Limits limits) {
        var schema = Schema.of(type);
        var file = segment.asReadOnly();
        var draft = new Draft<>(schema);
        new MessageReader(file, schema.name(), limits).fill(draft);
        return draft.build();
    }

    /// A message whose fields are still arriving. A component is null, a value, an [Accumulator] of
    /// numbers, an `ArrayList`, or the draft of an embedded message.
    private static final class Draft<M extends Message> {
        final Schema<M> schema;
        final @Nullable Object[] components;

        Draft(Schema<M> schema) {
            this.schema = schema;
            this.components = new Object[schema.fields().size()];
        }

        M build() {
            for (var field : schema.fields()) {
                components[field.index()] = built(field, components[field.index()]);
            }
            return schema.build(components);
        }

        private static @Nullable Object built(Schema.FieldType field, @Nullable Object component) {
            return switch (component) {
                case Draft<?> draft -> draft.build();
                case List<?> list -> List.copyOf(list);
                case Accumulator numbers ->
                        switch (field.kind()) {
                            case FLOATS -> numbers.floats();
                            case DOUBLES -> numbers.doubles();
                            case INT32S -> numbers.int32s();
                            default -> numbers.int64s();
                        };
                case null, default -> component;
            };
        }

        @SuppressWarnings("unchecked") // only this method puts lists there
        void add(Schema.FieldType field, Object element) {
            var list = (ArrayList<Object>) components[field.index()];
            if (list == null) {
                list = new ArrayList<>(4);
                components[field.index()] = list;
            }
            list.add(element);
        }

        void set(Schema.FieldType field, Object value) {
            if (field.oneof()) {
                clearOthers(field);
            }
            components[field.index()] = value;
        }

        void put(Schema.FieldType field, Object value) {
            if (field.repeated()) {
                add(field, value);
            } else {
                set(field, value);
            }
        }

        private void clearOthers(Schema.FieldType field) {
            for (var other : schema.fields()) {
                if (other.oneof() && other.number() != field.number()) {
                    components[other.index()] = null;
                }
            }
        }
    }

    private void fill(Draft<?> draft) {
        while (in.hasMore()) {
            int tag = in.tag();
            var field = draft.schema.field(tag >>> 3);
            if (field == null) {
                in.skipField(tag);
            } else {
                read(draft, field, tag & 7);
            }
        }
    }

    private void read(Draft<?> draft, Schema.FieldType field, int wireType) {
        switch (field.kind()) {
            case INT32 -> draft.set(field, (int) varint(field, wireType));
            case INT64 -> draft.set(field, varint(field, wireType));
            case FLOAT -> {
                expect(WireType.FIXED32, wireType, field);
                draft.set(field, Float.intBitsToFloat(in.fixed32()));
            }
            case STRING -> draft.put(field, string(field, wireType));
            case BYTES -> draft.put(field, bytes(field, wireType));
            case MESSAGE -> message(draft, field, wireType);
            case FLOATS -> fixed(numbers(draft, field), field, wireType, 4, WireType.FIXED32);
            case DOUBLES -> fixed(numbers(draft, field), field, wireType, 8, WireType.FIXED64);
            case INT32S, INT64S -> varints(numbers(draft, field), field, wireType);
        }
    }

    private void message(Draft<?> draft, Schema.FieldType field, int wireType) {
        expect(WireType.LENGTH, wireType, field);
        messages = charge(messages, 1, limits.maxMessages(), "messages");
        long outer = in.enter(field.name());
        var earlier = draft.components[field.index()];
        var part = earlier instanceof Draft<?> same ? same : new Draft<>(field.schema());
        fill(part);
        in.leave(outer);
        draft.put(field, field.repeated() ? part.build() : part);
    }

    private String string(Schema.FieldType field, int wireType) {
        long at = in.position();
        var segment = chunk(field, wireType);
        stringBytes =
                charge(stringBytes, segment.byteSize(), limits.maxStringBytes(), "bytes of text");
        if (segment.byteSize() > Accumulator.MAX_ARRAY) {
            throw new LimitException(in.at(Problem.of("a string is too long")));
        }
        try {
            return Utf8.decode(segment.toArray(ValueLayout.JAVA_BYTE));
        } catch (FormatException e) {
            throw new FormatException(
                    in.at(e.problem().got("the field " + field.name() + " at byte " + at)), e);
        }
    }

    private Bytes bytes(Schema.FieldType field, int wireType) {
        return Bytes.of(chunk(field, wireType));
    }

    private MemorySegment chunk(Schema.FieldType field, int wireType) {
        expect(WireType.LENGTH, wireType, field);
        strings = charge(strings, 1, limits.maxStrings(), "strings");
        return in.slice(in.length());
    }

    private long varint(Schema.FieldType field, int wireType) {
        expect(WireType.VARINT, wireType, field);
        return in.varint();
    }

    private Accumulator numbers(Draft<?> draft, Schema.FieldType field) {
        if (draft.components[field.index()] instanceof Accumulator numbers) {
            return numbers;
        }
        var numbers = new Accumulator(file);
        draft.components[field.index()] = numbers;
        return numbers;
    }

    private void fixed(
            Accumulator numbers, Schema.FieldType field, int wireType, int width, int unpacked) {
        long length = width;
        if (wireType == WireType.LENGTH) {
            long at = in.position();
            length = in.length();
            if (length % width != 0) {
                throw in.malformed(
                        "packed numbers of " + width + " bytes do not fill their length",
                        length + " bytes in the field " + field.name(),
                        at);
            }
        } else {
            expect(unpacked, wireType, field);
        }
        add(numbers, in.skip(length), length, length / width);
    }

    private void varints(Accumulator numbers, Schema.FieldType field, int wireType) {
        if (wireType == WireType.LENGTH) {
            long length = in.length();
            long at = in.position();
            add(numbers, at, length, in.countVarints(length));
        } else {
            long at = in.position();
            varint(field, wireType);
            add(numbers, at, in.position() - at, 1);
        }
    }

    private void add(Accumulator numbers, long offset, long length, long count) {
        if (length == 0) {
            return;
        }
        long cost = numbers.copyCost(length);
        copiedBytes = charge(copiedBytes, cost, limits.maxCopiedBytes(), "bytes of copied numbers");
        if (cost > 0 && numbers.size() + length > Accumulator.MAX_ARRAY) {
            throw new LimitException(in.at(Problem.of("a list of numbers is too long to copy")));
        }
        numbers.add(offset, length, count);
    }

    private void expect(int expected, int wireType, Schema.FieldType field) {
        if (wireType != expected) {
            throw in.malformed(
                    "the field " + field.name() + " has another wire type than its own",
                    wireType,
                    in.position());
        }
    }

    private long charge(long used, long cost, long max, String what) {
        if (cost > max - used) {
            throw new LimitException(
                    in.at(
                            Problem.of("the file holds too many " + what)
                                    .expected("at most " + max)
                                    .advice("Raise the limit if you trust the file")));
        }
        return used + cost;
    }
}

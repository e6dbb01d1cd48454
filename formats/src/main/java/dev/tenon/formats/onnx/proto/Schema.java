package dev.tenon.formats.onnx.proto;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A message type's fields, derived once from its record.
final class Schema<M extends Message> {
    /// How a field is laid out, from its component's type.
    enum Kind {
        INT32,
        INT64,
        FLOAT,
        STRING,
        BYTES,
        MESSAGE,
        FLOATS,
        DOUBLES,
        INT32S,
        INT64S
    }

    /// One field.
    ///
    /// @param index the component's place in the record
    /// @param message the type of an embedded message
    /// @param absent the component of a message without the field
    record FieldType(
            int number,
            String name,
            int index,
            Kind kind,
            boolean repeated,
            boolean packed,
            boolean oneof,
            @Nullable Class<? extends Message> message,
            @Nullable Object absent,
            Method accessor) {

        /// The type of the embedded messages of a field of kind `MESSAGE`.
        Schema<?> schema() {
            return Schema.of(Objects.requireNonNull(message));
        }
    }

    /// The defaults of the types that do not tell absent from default.
    private static final Map<Class<?>, Object> ABSENT =
            Map.ofEntries(
                    Map.entry(int.class, 0),
                    Map.entry(long.class, 0L),
                    Map.entry(String.class, ""),
                    Map.entry(List.class, List.of()),
                    Map.entry(FloatList.class, FloatList.EMPTY),
                    Map.entry(DoubleList.class, DoubleList.EMPTY),
                    Map.entry(Int32List.class, Int32List.EMPTY),
                    Map.entry(Int64List.class, Int64List.EMPTY));

    private static final ClassValue<Schema<?>> SCHEMAS =
            new ClassValue<>() {
                @Override
                protected Schema<?> computeValue(Class<?> type) {
                    return new Schema<>(type.asSubclass(Message.class));
                }
            };

    private final Class<M> type;
    private final List<FieldType> fields;
    private final @Nullable FieldType[] byNumber;
    private final MessageTable.Constructor constructor;

    private Schema(Class<M> type) {
        this.type = type;
        var components = type.getRecordComponents();
        var row = MessageTable.of(type);
        constructor = row.constructor();
        var found = new ArrayList<FieldType>();
        for (int i = 0; i < components.length; i++) {
            found.add(field(components[i], row.fields()[i], i));
        }
        found.sort(Comparator.comparingInt(FieldType::number));
        fields = List.copyOf(found);
        byNumber = new FieldType[fields.getLast().number() + 1];
        fields.forEach(field -> byNumber[field.number()] = field);
    }

    @SuppressWarnings("unchecked") // SCHEMAS maps each class to its own schema
    static <M extends Message> Schema<M> of(Class<M> type) {
        return (Schema<M>) SCHEMAS.get(type);
    }

    /// The message type's name in the schema file.
    String name() {
        return type.getSimpleName();
    }

    /// The fields in the order of their numbers.
    List<FieldType> fields() {
        return fields;
    }

    /// The field with the number; null when there is none.
    @Nullable FieldType field(int number) {
        return number < byNumber.length ? byNumber[number] : null;
    }

    /// A message of these components, null where a field is absent.
    M build(@Nullable Object[] components) {
        for (var field : fields) {
            if (components[field.index()] == null) {
                components[field.index()] = field.absent();
            }
        }
        return type.cast(constructor.make(new MessageTable.Components(components)));
    }

    /// A message of these components by field number.
    M build(Map<Integer, Object> components) {
        var all = new Object[fields.size()];
        components.forEach(
                (number, value) -> all[Objects.requireNonNull(field(number)).index()] = value);
        return build(all);
    }

    /// The field's component in `message`; null when it is absent.
    static @Nullable Object get(FieldType field, Message message) {
        try {
            return field.accessor().invoke(message);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("accessors of records throw nothing", e);
        }
    }

    private static FieldType field(RecordComponent component, MessageTable.Field field, int index) {
        var element = field.element() == null ? component.getType() : field.element();
        var kind = kind(element);
        return new FieldType(
                field.number(),
                protoName(component.getName()),
                index,
                kind,
                field.element() != null,
                field.packed(),
                field.oneof(),
                kind == Kind.MESSAGE ? element.asSubclass(Message.class) : null,
                field.oneof() ? null : ABSENT.get(component.getType()),
                component.getAccessor());
    }

    private static Kind kind(Class<?> type) {
        if (type == int.class) {
            return Kind.INT32;
        } else if (type == long.class || type == Long.class) {
            return Kind.INT64;
        } else if (type == Float.class) {
            return Kind.FLOAT;
        } else if (type == String.class) {
            return Kind.STRING;
        } else if (type == Bytes.class) {
            return Kind.BYTES;
        } else if (type == FloatList.class) {
            return Kind.FLOATS;
        } else if (type == DoubleList.class) {
            return Kind.DOUBLES;
        } else if (type == Int32List.class) {
            return Kind.INT32S;
        } else if (type == Int64List.class) {
            return Kind.INT64S;
        }
        return Kind.MESSAGE;
    }

    /// `quantParameterTensorNames` is `quant_parameter_tensor_names` in the schema file.
    private static String protoName(String component) {
        var name = new StringBuilder();
        for (int i = 0; i < component.length(); i++) {
            char c = component.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                name.append('_').append((char) (c - 'A' + 'a'));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }
}

package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// The constructors of the messages and the numbers of their fields, written out: finding them by
/// reflection, in annotations and generic types, would take longer than reading a model does.
final class MessageTable {
    /// Makes a message of its components in order.
    @FunctionalInterface
    interface Constructor {
        Message make(Components components);
    }

    /// A message's components, of the types that its constructor asks for; null where absent.
    record Components(@Nullable Object[] values) {
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        <T> T at(int index) {
            return (T) values[index];
        }
    }

    /// What a component stands for; the rest follows from its type.
    ///
    /// @param element of a list of messages, bytes or strings
    /// @param oneof whether the field belongs to the message's only `oneof`; such a component is
    ///   null when unset
    /// @param packed whether a list of numbers is written packed; both forms are always read
    record Field(int number, @Nullable Class<?> element, boolean oneof, boolean packed) {}

    /// A message type.
    ///
    /// @param fields in the order of the components
    record Row(Constructor constructor, Field... fields) {}

    private MessageTable() {}

    private static Field field(int number) {
        return new Field(number, null, false, false);
    }

    private static Field list(int number, Class<?> element) {
        return new Field(number, element, false, false);
    }

    private static Field choice(int number) {
        return new Field(number, null, true, false);
    }

    private static Field packed(int number) {
        return new Field(number, null, false, true);
    }

    @SuppressWarnings("checkstyle:MethodLength")
    static Row of(Class<?> type) {
        if (type == AttributeProto.class) {
            return new Row(
                    c ->
                            new AttributeProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9), c.at(10), c.at(11), c.at(12),
                                    c.at(13), c.at(14), c.at(15), c.at(16), c.at(17)),
                    field(1),
                    field(21),
                    field(13),
                    field(20),
                    field(2),
                    field(3),
                    field(4),
                    field(5),
                    field(6),
                    field(22),
                    field(14),
                    field(7),
                    field(8),
                    list(9, Bytes.class),
                    list(10, TensorProto.class),
                    list(11, GraphProto.class),
                    list(23, SparseTensorProto.class),
                    list(15, TypeProto.class));
        }
        if (type == FunctionProto.class) {
            return new Row(
                    c ->
                            new FunctionProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9), c.at(10), c.at(11)),
                    field(1),
                    list(4, String.class),
                    list(5, String.class),
                    list(6, String.class),
                    list(11, AttributeProto.class),
                    list(7, NodeProto.class),
                    field(8),
                    list(9, OperatorSetIdProto.class),
                    field(10),
                    field(13),
                    list(12, ValueInfoProto.class),
                    list(14, StringStringEntryProto.class));
        }
        if (type == GraphProto.class) {
            return new Row(
                    c ->
                            new GraphProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9)),
                    list(1, NodeProto.class),
                    field(2),
                    list(5, TensorProto.class),
                    list(15, SparseTensorProto.class),
                    field(10),
                    list(11, ValueInfoProto.class),
                    list(12, ValueInfoProto.class),
                    list(13, ValueInfoProto.class),
                    list(14, TensorAnnotation.class),
                    list(16, StringStringEntryProto.class));
        }
        if (type == MapProto.class) {
            return new Row(
                    c -> new MapProto(c.at(0), c.at(1), c.at(2), c.at(3), c.at(4)),
                    field(1),
                    field(2),
                    field(3),
                    list(4, Bytes.class),
                    field(5));
        }
        if (type == ModelProto.class) {
            return new Row(
                    c ->
                            new ModelProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9), c.at(10), c.at(11)),
                    field(1),
                    list(8, OperatorSetIdProto.class),
                    field(2),
                    field(3),
                    field(4),
                    field(5),
                    field(6),
                    field(7),
                    list(14, StringStringEntryProto.class),
                    list(20, Bytes.class),
                    list(25, FunctionProto.class),
                    list(26, Bytes.class));
        }
        if (type == NodeProto.class) {
            return new Row(
                    c ->
                            new NodeProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9)),
                    list(1, String.class),
                    list(2, String.class),
                    field(3),
                    field(4),
                    field(7),
                    field(8),
                    list(5, AttributeProto.class),
                    field(6),
                    list(9, StringStringEntryProto.class),
                    list(10, Bytes.class));
        }
        if (type == OperatorSetIdProto.class) {
            return new Row(c -> new OperatorSetIdProto(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == OptionalProto.class) {
            return new Row(
                    c ->
                            new OptionalProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6)),
                    field(1),
                    field(2),
                    field(3),
                    field(4),
                    field(5),
                    field(6),
                    field(7));
        }
        if (type == SequenceProto.class) {
            return new Row(
                    c ->
                            new SequenceProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6)),
                    field(1),
                    field(2),
                    list(3, TensorProto.class),
                    list(4, SparseTensorProto.class),
                    list(5, SequenceProto.class),
                    list(6, MapProto.class),
                    list(7, OptionalProto.class));
        }
        if (type == SparseTensorProto.class) {
            return new Row(
                    c -> new SparseTensorProto(c.at(0), c.at(1), c.at(2)),
                    field(1),
                    field(2),
                    field(3));
        }
        if (type == StringStringEntryProto.class) {
            return new Row(c -> new StringStringEntryProto(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == TensorAnnotation.class) {
            return new Row(
                    c -> new TensorAnnotation(c.at(0), c.at(1)),
                    field(1),
                    list(2, StringStringEntryProto.class));
        }
        if (type == TensorProto.class) {
            return new Row(
                    c ->
                            new TensorProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6),
                                    c.at(7), c.at(8), c.at(9), c.at(10), c.at(11), c.at(12),
                                    c.at(13), c.at(14)),
                    field(1),
                    field(2),
                    field(3),
                    packed(4),
                    packed(5),
                    list(6, Bytes.class),
                    packed(7),
                    field(8),
                    field(12),
                    field(9),
                    list(13, StringStringEntryProto.class),
                    field(14),
                    packed(10),
                    packed(11),
                    list(16, StringStringEntryProto.class));
        }
        if (type == TensorProto.Segment.class) {
            return new Row(c -> new TensorProto.Segment(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == TensorShapeProto.class) {
            return new Row(
                    c -> new TensorShapeProto(c.at(0)), list(1, TensorShapeProto.Dimension.class));
        }
        if (type == TensorShapeProto.Dimension.class) {
            return new Row(
                    c -> new TensorShapeProto.Dimension(c.at(0), c.at(1), c.at(2)),
                    choice(1),
                    choice(2),
                    field(3));
        }
        if (type == TypeProto.class) {
            return new Row(
                    c ->
                            new TypeProto(
                                    c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6)),
                    choice(1),
                    choice(4),
                    choice(5),
                    choice(9),
                    choice(8),
                    choice(7),
                    field(6));
        }
        if (type == TypeProto.Tensor.class) {
            return new Row(c -> new TypeProto.Tensor(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == TypeProto.Sequence.class) {
            return new Row(c -> new TypeProto.Sequence(c.at(0)), field(1));
        }
        if (type == TypeProto.Map.class) {
            return new Row(c -> new TypeProto.Map(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == TypeProto.Optional.class) {
            return new Row(c -> new TypeProto.Optional(c.at(0)), field(1));
        }
        if (type == TypeProto.SparseTensor.class) {
            return new Row(c -> new TypeProto.SparseTensor(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == TypeProto.Opaque.class) {
            return new Row(c -> new TypeProto.Opaque(c.at(0), c.at(1)), field(1), field(2));
        }
        if (type == ValueInfoProto.class) {
            return new Row(
                    c -> new ValueInfoProto(c.at(0), c.at(1), c.at(2), c.at(3)),
                    field(1),
                    field(2),
                    field(3),
                    list(4, StringStringEntryProto.class));
        }
        throw new LinkageError("not a message type: " + type);
    }
}

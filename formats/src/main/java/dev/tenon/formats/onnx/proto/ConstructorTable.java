package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// The constructors of the messages, written out: making method handles of them by reflection would
/// take longer than reading a model does.
final class ConstructorTable {
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

    private ConstructorTable() {}

    @SuppressWarnings("checkstyle:MethodLength")
    static Constructor of(Class<?> type) {
        if (type == AttributeProto.class) {
            return c ->
                    new AttributeProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9), c.at(10), c.at(11), c.at(12), c.at(13), c.at(14),
                            c.at(15), c.at(16), c.at(17));
        }
        if (type == FunctionProto.class) {
            return c ->
                    new FunctionProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9), c.at(10), c.at(11));
        }
        if (type == GraphProto.class) {
            return c ->
                    new GraphProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9));
        }
        if (type == MapProto.class) {
            return c -> new MapProto(c.at(0), c.at(1), c.at(2), c.at(3), c.at(4));
        }
        if (type == ModelProto.class) {
            return c ->
                    new ModelProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9), c.at(10), c.at(11));
        }
        if (type == NodeProto.class) {
            return c ->
                    new NodeProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9));
        }
        if (type == OperatorSetIdProto.class) {
            return c -> new OperatorSetIdProto(c.at(0), c.at(1));
        }
        if (type == OptionalProto.class) {
            return c ->
                    new OptionalProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6));
        }
        if (type == SequenceProto.class) {
            return c ->
                    new SequenceProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6));
        }
        if (type == SparseTensorProto.class) {
            return c -> new SparseTensorProto(c.at(0), c.at(1), c.at(2));
        }
        if (type == StringStringEntryProto.class) {
            return c -> new StringStringEntryProto(c.at(0), c.at(1));
        }
        if (type == TensorAnnotation.class) {
            return c -> new TensorAnnotation(c.at(0), c.at(1));
        }
        if (type == TensorProto.class) {
            return c ->
                    new TensorProto(
                            c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6), c.at(7),
                            c.at(8), c.at(9), c.at(10), c.at(11), c.at(12), c.at(13), c.at(14));
        }
        if (type == TensorProto.Segment.class) {
            return c -> new TensorProto.Segment(c.at(0), c.at(1));
        }
        if (type == TensorShapeProto.class) {
            return c -> new TensorShapeProto(c.at(0));
        }
        if (type == TensorShapeProto.Dimension.class) {
            return c -> new TensorShapeProto.Dimension(c.at(0), c.at(1), c.at(2));
        }
        if (type == TypeProto.class) {
            return c ->
                    new TypeProto(c.at(0), c.at(1), c.at(2), c.at(3), c.at(4), c.at(5), c.at(6));
        }
        if (type == TypeProto.Tensor.class) {
            return c -> new TypeProto.Tensor(c.at(0), c.at(1));
        }
        if (type == TypeProto.Sequence.class) {
            return c -> new TypeProto.Sequence(c.at(0));
        }
        if (type == TypeProto.Map.class) {
            return c -> new TypeProto.Map(c.at(0), c.at(1));
        }
        if (type == TypeProto.Optional.class) {
            return c -> new TypeProto.Optional(c.at(0));
        }
        if (type == TypeProto.SparseTensor.class) {
            return c -> new TypeProto.SparseTensor(c.at(0), c.at(1));
        }
        if (type == TypeProto.Opaque.class) {
            return c -> new TypeProto.Opaque(c.at(0), c.at(1));
        }
        if (type == ValueInfoProto.class) {
            return c -> new ValueInfoProto(c.at(0), c.at(1), c.at(2), c.at(3));
        }
        throw new LinkageError("not a message type: " + type);
    }
}

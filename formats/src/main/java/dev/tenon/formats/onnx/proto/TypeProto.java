package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A value's type. At most one of the components but the last is present; [#value] gives it.
///
/// Element and key types are codes of [DataType].
///
/// @param denotation what the value means, such as `IMAGE`
public record TypeProto(
        @Field(value = 1, oneof = true) @Nullable Tensor tensorType,
        @Field(value = 4, oneof = true) @Nullable Sequence sequenceType,
        @Field(value = 5, oneof = true) @Nullable Map mapType,
        @Field(value = 9, oneof = true) @Nullable Optional optionalType,
        @Field(value = 8, oneof = true) @Nullable SparseTensor sparseTensorType,
        @Field(value = 7, oneof = true) @Nullable Opaque opaqueType,
        @Field(6) String denotation)
        implements Message {

    /// What a type is.
    public sealed interface Value extends Message
            permits Tensor, Sequence, Map, Optional, SparseTensor, Opaque {}

    /// @param shape null when not even the rank is known
    public record Tensor(@Field(1) int elemType, @Field(2) @Nullable TensorShapeProto shape)
            implements Value {}

    public record Sequence(@Field(1) @Nullable TypeProto elemType) implements Value {}

    public record Map(@Field(1) int keyType, @Field(2) @Nullable TypeProto valueType)
            implements Value {}

    public record Optional(@Field(1) @Nullable TypeProto elemType) implements Value {}

    /// @param shape null when not even the rank is known
    public record SparseTensor(@Field(1) int elemType, @Field(2) @Nullable TensorShapeProto shape)
            implements Value {}

    public record Opaque(@Field(1) String domain, @Field(2) String name) implements Value {}

    public static TypeProto of(Value value) {
        return new TypeProto(
                value instanceof Tensor t ? t : null,
                value instanceof Sequence s ? s : null,
                value instanceof Map m ? m : null,
                value instanceof Optional o ? o : null,
                value instanceof SparseTensor s ? s : null,
                value instanceof Opaque o ? o : null,
                "");
    }

    /// The component that is present; null when none is.
    public @Nullable Value value() {
        if (tensorType != null) {
            return tensorType;
        }
        if (sequenceType != null) {
            return sequenceType;
        }
        if (mapType != null) {
            return mapType;
        }
        if (optionalType != null) {
            return optionalType;
        }
        return sparseTensorType != null ? sparseTensorType : opaqueType;
    }
}

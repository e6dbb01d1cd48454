package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A value's type. At most one of the components but the last is present; [#value] gives it.
///
/// Element and key types are codes of [DataType].
///
/// @param denotation what the value means, such as `IMAGE`
public record TypeProto(
        @Nullable Tensor tensorType,
        @Nullable Sequence sequenceType,
        @Nullable Map mapType,
        @Nullable Optional optionalType,
        @Nullable SparseTensor sparseTensorType,
        @Nullable Opaque opaqueType,
        String denotation)
        implements Message {

    /// What a type is.
    public sealed interface Value extends Message
            permits Tensor, Sequence, Map, Optional, SparseTensor, Opaque {}

    /// @param shape null when not even the rank is known
    public record Tensor(int elemType, @Nullable TensorShapeProto shape) implements Value {}

    public record Sequence(@Nullable TypeProto elemType) implements Value {}

    public record Map(int keyType, @Nullable TypeProto valueType) implements Value {}

    public record Optional(@Nullable TypeProto elemType) implements Value {}

    /// @param shape null when not even the rank is known
    public record SparseTensor(int elemType, @Nullable TensorShapeProto shape) implements Value {}

    public record Opaque(String domain, String name) implements Value {}

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

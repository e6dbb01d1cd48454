package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A value that may be missing.
///
/// @param elemType which component holds the value: 1 tensor, 2 sparse tensor, 3 sequence, 4 map, 5
///   optional; 0 when there is none
public record OptionalProto(
        String name,
        int elemType,
        @Nullable TensorProto tensorValue,
        @Nullable SparseTensorProto sparseTensorValue,
        @Nullable SequenceProto sequenceValue,
        @Nullable MapProto mapValue,
        @Nullable OptionalProto optionalValue)
        implements Message {}

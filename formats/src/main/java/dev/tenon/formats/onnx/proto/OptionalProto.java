package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A value that may be missing.
///
/// @param elemType which component holds the value: 1 tensor, 2 sparse tensor, 3 sequence, 4 map, 5
///   optional; 0 when there is none
public record OptionalProto(
        @Field(1) String name,
        @Field(2) int elemType,
        @Field(3) @Nullable TensorProto tensorValue,
        @Field(4) @Nullable SparseTensorProto sparseTensorValue,
        @Field(5) @Nullable SequenceProto sequenceValue,
        @Field(6) @Nullable MapProto mapValue,
        @Field(7) @Nullable OptionalProto optionalValue)
        implements Message {}

package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A sparse tensor in coordinate format.
///
/// @param values the stored elements, `[n]`, named as the tensor is
/// @param indices linear indices `[n]` or coordinates `[n, rank]`, ascending
/// @param dims the dense shape
public record SparseTensorProto(
        @Field(1) @Nullable TensorProto values,
        @Field(2) @Nullable TensorProto indices,
        @Field(3) Int64List dims)
        implements Message {}

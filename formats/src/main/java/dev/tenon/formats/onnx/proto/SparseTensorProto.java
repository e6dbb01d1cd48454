package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// A sparse tensor in coordinate format.
///
/// @param values the stored elements, `[n]`, named as the tensor is
/// @param indices linear indices `[n]` or coordinates `[n, rank]`, ascending
/// @param dims the dense shape
public record SparseTensorProto(
        @Nullable TensorProto values, @Nullable TensorProto indices, Int64List dims)
        implements Message {}

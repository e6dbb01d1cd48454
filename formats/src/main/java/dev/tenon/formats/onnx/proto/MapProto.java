package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map from integers or strings to values, which are in the order of the keys.
///
/// @param keyType the code of a [DataType]
/// @param keys the keys of an integral type
/// @param stringKeys the keys of type `STRING`
public record MapProto(
        @Field(1) String name,
        @Field(2) int keyType,
        @Field(3) Int64List keys,
        @Field(4) List<Bytes> stringKeys,
        @Field(5) @Nullable SequenceProto values)
        implements Message {

    public MapProto {
        stringKeys = List.copyOf(stringKeys);
    }
}

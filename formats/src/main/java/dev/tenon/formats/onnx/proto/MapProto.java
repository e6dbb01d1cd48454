package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map from integers or strings to values, which are in the order of the keys.
///
/// @param keyType the code of a [DataType]
/// @param keys the keys of an integral type
/// @param stringKeys the keys of type `STRING`
public record MapProto(
        String name,
        int keyType,
        Int64List keys,
        List<Bytes> stringKeys,
        @Nullable SequenceProto values)
        implements Message {

    public MapProto {
        stringKeys = List.copyOf(stringKeys);
    }
}

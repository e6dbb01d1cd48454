package dev.tenon.formats.onnx.proto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value's name and type.
public record ValueInfoProto(
        String name,
        @Nullable TypeProto type,
        String docString,
        List<StringStringEntryProto> metadataProps)
        implements Message {

    public ValueInfoProto {
        metadataProps = List.copyOf(metadataProps);
    }

    public static ValueInfoProto of(String name, @Nullable TypeProto type) {
        return new ValueInfoProto(name, type, "", List.of());
    }
}

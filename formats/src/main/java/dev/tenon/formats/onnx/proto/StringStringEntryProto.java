package dev.tenon.formats.onnx.proto;

/// One entry of a map from strings to strings.
public record StringStringEntryProto(@Field(1) String key, @Field(2) String value)
        implements Message {}

package dev.tenon.formats.onnx.proto;

/// An operator set: a domain (empty for `ai.onnx`) at a version.
public record OperatorSetIdProto(@Field(1) String domain, @Field(2) long version)
        implements Message {}

package dev.tenon.formats.onnx.proto;

/// An operator set: a domain (empty for `ai.onnx`) at a version.
public record OperatorSetIdProto(String domain, long version) implements Message {}

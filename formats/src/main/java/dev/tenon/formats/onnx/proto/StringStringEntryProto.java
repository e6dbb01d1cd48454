package dev.tenon.formats.onnx.proto;

/// One entry of a map from strings to strings.
public record StringStringEntryProto(String key, String value) implements Message {}

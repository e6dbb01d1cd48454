package dev.tenon.formats.onnx.proto;

import org.jspecify.annotations.Nullable;

/// `AttributeProto.AttributeType`: which field of an [AttributeProto] holds its value.
public enum AttributeType {
    FLOAT(1, 2),
    INT(2, 3),
    STRING(3, 4),
    TENSOR(4, 5),
    GRAPH(5, 6),
    FLOATS(6, 7),
    INTS(7, 8),
    STRINGS(8, 9),
    TENSORS(9, 10),
    GRAPHS(10, 11),
    SPARSE_TENSOR(11, 22),
    SPARSE_TENSORS(12, 23),
    TYPE_PROTO(13, 14),
    TYPE_PROTOS(14, 15);

    private final int code;
    private final int field;

    AttributeType(int code, int field) {
        this.code = code;
        this.field = field;
    }

    /// The number that stands for the type in a file.
    public int code() {
        return code;
    }

    /// The number of the field that holds a value of the type.
    int field() {
        return field;
    }

    /// The type whose [#code] is given; null for 0 (undefined) and for unknown codes.
    public static @Nullable AttributeType of(int code) {
        return code >= 1 && code <= values().length ? values()[code - 1] : null;
    }
}

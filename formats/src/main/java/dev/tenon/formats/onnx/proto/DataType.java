package dev.tenon.formats.onnx.proto;

import dev.tenon.base.DType;
import org.jspecify.annotations.Nullable;

/// `TensorProto.DataType`: the element types of ONNX, in the order of their codes.
public enum DataType {
    UNDEFINED(null),
    FLOAT(DType.FLOAT32),
    UINT8(DType.UINT8),
    INT8(DType.INT8),
    UINT16(DType.UINT16),
    INT16(DType.INT16),
    INT32(DType.INT32),
    INT64(DType.INT64),
    STRING(DType.STRING),
    BOOL(DType.BOOL),
    FLOAT16(DType.FLOAT16),
    DOUBLE(DType.FLOAT64),
    UINT32(DType.UINT32),
    UINT64(DType.UINT64),
    COMPLEX64(DType.COMPLEX64),
    COMPLEX128(DType.COMPLEX128),
    BFLOAT16(DType.BFLOAT16),
    FLOAT8E4M3FN(DType.FLOAT8E4M3FN),
    FLOAT8E4M3FNUZ(DType.FLOAT8E4M3FNUZ),
    FLOAT8E5M2(DType.FLOAT8E5M2),
    FLOAT8E5M2FNUZ(DType.FLOAT8E5M2FNUZ),
    UINT4(DType.UINT4),
    INT4(DType.INT4),
    FLOAT4E2M1(DType.FLOAT4E2M1),
    FLOAT8E8M0(DType.FLOAT8E8M0),
    UINT2(DType.UINT2),
    INT2(DType.INT2),
    FLOAT6E2M3(null),
    FLOAT6E3M2(null);

    private static final DataType[] BY_DTYPE = new DataType[DType.values().length];

    static {
        for (var type : values()) {
            if (type.dtype != null) {
                BY_DTYPE[type.dtype.ordinal()] = type;
            }
        }
    }

    private final @Nullable DType dtype;

    DataType(@Nullable DType dtype) {
        this.dtype = dtype;
    }

    /// The number that stands for the type in a file.
    public int code() {
        return ordinal();
    }

    /// The same type in Tenon; null for `UNDEFINED` and for types that Tenon does not have.
    public @Nullable DType dtype() {
        return dtype;
    }

    /// The type whose [#code] is given; null for unknown codes.
    public static @Nullable DataType of(int code) {
        return code >= 0 && code < values().length ? values()[code] : null;
    }

    /// The type that stands for `dtype`.
    public static DataType of(DType dtype) {
        return BY_DTYPE[dtype.ordinal()];
    }
}
